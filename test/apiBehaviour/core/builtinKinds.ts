import { until } from '../../harness/until';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

/** What is particular about the built-in kinds that an engine and its users touch. */
export function builtinKinds(at: Subject): void {
  let namespace: string;
  let core: string;
  let deployments: string;

  beforeAll(async () => {
    namespace = await newNamespace(at, 'kinds');
    core = `/api/v1/namespaces/${namespace}`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  });

  describe('Secrets and ConfigMaps', () => {
    test('stringData of a Secret become data and are never shown', async () => {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'texts' },
        data: { a: 'b2xk' },
        stringData: { a: 'new', b: 'b' },
      };
      const body = made(await at.api.create(`${core}/secrets`, secret));
      expect(body).toMatchObject({ type: 'Opaque', data: { a: 'bmV3', b: 'Yg==' } });
      expect(body).not.toHaveProperty('stringData');
      const patched = made(await at.api.patch(`${core}/secrets/texts`, 'strategic', { stringData: { c: 'c' } }));
      expect(patched.data).toEqual({ a: 'bmV3', b: 'Yg==', c: 'Yw==' });
    });

    test('data of a Secret must be base64, its type does not change', async () => {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'typed' }, data: { a: 'not base64!' } };
      const wrong = await at.api.create(`${core}/secrets`, secret);
      expect([wrong.status, wrong.body.reason]).toEqual([400, 'BadRequest']);
      expect(wrong.body.message).toContain('illegal base64 data at input byte 3');
      made(await at.api.create(`${core}/secrets`, { ...secret, data: {} }));
      const { status, body } = await at.api.patch(`${core}/secrets/typed`, 'merge', { type: 'behaviour.example/other' });
      expect([status, body.details.causes]).toEqual([
        422,
        [{ reason: 'FieldValueInvalid', message: 'Invalid value: "behaviour.example/other": field is immutable', field: 'type' }],
      ]);
    });

    test('immutable ones keep their data', async () => {
      made(await at.api.create(`${core}/configmaps`, { ...configMap('fixed'), immutable: true }));
      const { status, body } = await at.api.patch(`${core}/configmaps/fixed`, 'merge', { data: { key: 'other' } });
      expect([status, body.message]).toEqual([
        422,
        'ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
      ]);
    });

    test('keys of data are validated', async () => {
      const { status, body } = await at.api.create(`${core}/configmaps`, configMap('keys', { data: { 'a/b': '1' } }));
      expect([status, body.details.causes[0].field]).toEqual([422, 'data[a/b]']);
      expect(body.details.causes[0].message).toMatch(/^Invalid value: "a\/b": a valid config key must consist of/);
    });
  });

  describe('Services', () => {
    const service = (name: string, spec: Record<string, unknown> = {}) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
    });

    test('get an address and defaults', async () => {
      const body = made(await at.api.create(`${core}/services`, service('plain')));
      expect(body.spec).toEqual({
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^10\./),
        clusterIPs: [body.spec.clusterIP],
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        selector: { app: 'plain' },
        sessionAffinity: 'None',
      });
      expect(body.status).toEqual({ loadBalancer: {} });
    });

    test('keep their address: another one is refused, none is the present one', async () => {
      const object = made(await at.api.create(`${core}/services`, service('kept')));
      const { status, body } = await at.api.patch(`${core}/services/kept`, 'merge', { spec: { clusterIP: '10.0.0.250' } });
      expect([status, body.reason]).toEqual([422, 'Invalid']);
      expect(body.message).toContain('spec.clusterIPs[0]: Invalid value: ["10.0.0.250"]: may not change once set');
      const { clusterIP: _, clusterIPs: __, ...spec } = object.spec;
      const again = made(await at.api.replace(`${core}/services/kept`, { ...object, spec }));
      expect(again.spec.clusterIP).toBe(object.spec.clusterIP);
    });

    test('without ports, or with two ports and no names, are refused', async () => {
      const none = await at.api.create(`${core}/services`, service('none', { ports: [] }));
      expect([none.status, none.body.message]).toEqual([422, 'Service "none" is invalid: spec.ports: Required value']);
      const two = await at.api.create(`${core}/services`, service('two', { ports: [{ port: 80 }, { port: 81 }] }));
      expect(two.body.details.causes.map(({ reason, field }: any) => [reason, field])).toEqual([
        ['FieldValueRequired', 'spec.ports[0].name'],
        ['FieldValueRequired', 'spec.ports[1].name'],
      ]);
      const wrong = await at.api.create(`${core}/services`, service('wrong', { ports: [{ port: 0 }] }));
      expect(wrong.body.details.causes).toContainEqual({
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be between 1 and 65535, inclusive',
        field: 'spec.ports[0].port',
      });
    });
  });

  test('Endpoints are answered with a warning that they are deprecated', async () => {
    const { status, warnings } = await at.api.get(`${core}/endpoints`);
    expect([status, warnings]).toEqual([200, ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']]);
  });

  describe('autoscalers', () => {
    const collection = () => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
    const autoscaler = (name: string, spec: Record<string, unknown> = {}) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, maxReplicas: 3, ...spec },
    });

    test('get a minimum and a metric', async () => {
      const { spec } = made(await at.api.create(collection(), autoscaler('defaulted')));
      expect(spec).toMatchObject({
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
      });
    });

    test('are the same objects in both versions', async () => {
      const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }];
      made(await at.api.create(collection(), autoscaler('both', { metrics })));
      const { body } = await at.api.get(`/apis/autoscaling/v1/namespaces/${namespace}/horizontalpodautoscalers/both`);
      expect(body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 70 } });
    });

    test('are refused when the maximum is below the minimum', async () => {
      const { status, body } = await at.api.create(collection(), autoscaler('wrong', { minReplicas: 5 }));
      expect([status, body.message]).toEqual([
        422,
        'HorizontalPodAutoscaler.autoscaling "wrong" is invalid: spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
      ]);
    });
  });

  describe('Deployments', () => {
    test('get their defaults', async () => {
      const body = made(await at.api.create(deployments, deployment('defaulted')));
      expect(body.spec).toMatchObject({
        replicas: 0,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      });
      expect(body.spec.template.spec).toEqual({
        containers: [
          {
            name: 'main',
            image: 'registry.example/app:1',
            ports: [{ containerPort: 8080, protocol: 'TCP' }],
            env: [{ name: 'ONE', value: '1' }],
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            imagePullPolicy: 'IfNotPresent',
          },
        ],
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        securityContext: {},
        schedulerName: 'default-scheduler',
      });
      expect(body.status).toEqual({});
    });

    test('do not change their selector', async () => {
      made(await at.api.create(deployments, deployment('selecting')));
      const labels = { app: 'other' };
      const { status, body } = await at.api.patch(`${deployments}/selecting`, 'merge', {
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
      });
      expect(status).toBe(422);
      expect(body.details.causes).toEqual([
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
          field: 'spec.selector',
        },
      ]);
    });

    test('name every mistake at once', async () => {
      const { status, body } = await at.api.create(deployments, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'wrong' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'c' } }, spec: { containers: [{ name: 'x' }] } },
        },
      });
      expect([status, body.details.name, body.details.group, body.details.kind]).toEqual([422, 'wrong', 'apps', 'Deployment']);
      expect(body.details.causes.map(({ reason, field }: any) => [reason, field])).toEqual([
        ['FieldValueInvalid', 'spec.template.metadata.labels'],
        ['FieldValueRequired', 'spec.template.spec.containers[0].image'],
      ]);
      expect(body.message).toMatch(
        /^Deployment\.apps "wrong" is invalid: \[spec\.template\.metadata\.labels: Invalid value: .*, spec\.template.*Required value\]$/,
      );
    });

    test('are scaled through /scale', async () => {
      made(await at.api.create(deployments, deployment('scaled', { paused: true })));
      const scale = made(await at.api.get(`${deployments}/scaled/scale`));
      expect(scale).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name: 'scaled', namespace, uid: expect.any(String), resourceVersion: expect.any(String) },
        spec: {},
        status: { replicas: 0, selector: 'app=scaled' },
      });
      const patched = made(await at.api.patch(`${deployments}/scaled/scale`, 'merge', { spec: { replicas: 2 } }));
      expect(patched.spec).toEqual({ replicas: 2 });
      const object = made(await at.api.get(`${deployments}/scaled`));
      expect([object.spec.replicas, object.metadata.generation]).toEqual([2, 2]);
      const replaced = made(
        await at.api.replace(`${deployments}/scaled/scale`, { ...patched, metadata: { name: 'scaled', namespace }, spec: { replicas: 1 } }),
      );
      expect(replaced.spec.replicas).toBe(1);
      const wrong = await at.api.patch(`${deployments}/scaled/scale`, 'merge', { spec: { replicas: -1 } });
      expect([wrong.status, wrong.body.message]).toEqual([
        422,
        'Scale.autoscaling "scaled" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      ]);
      const stale = await at.api.replace(`${deployments}/scaled/scale`, scale);
      expect([stale.status, stale.body.reason]).toEqual([409, 'Conflict']);
      expect((await at.api.get(`${deployments}/none/scale`)).status).toBe(404);
    });
  });

  test('custom resources are scaled by the paths of their definition', async () => {
    made(await at.api.create(widgetsOf(namespace), widget('scaled', { replicas: 2 })));
    made(await at.api.patch(`${widgetsOf(namespace)}/scaled/status`, 'merge', { status: { replicas: 1, selector: 'app=x' } }));
    const one = `${widgetsOf(namespace)}/scaled/scale`;
    expect(made(await at.api.get(one))).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 1, selector: 'app=x' },
    });
    expect(made(await at.api.patch(one, 'merge', { spec: { replicas: 4 } })).spec).toEqual({ replicas: 4 });
    expect(made(await at.api.get(`${widgetsOf(namespace)}/scaled`))).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 2 } });
  });

  describe('pods', () => {
    test('are chosen by node and phase', async () => {
      const pod = (name: string, nodeName?: string) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { nodeName, containers: [{ name: 'main', image: 'registry.example/app:1' }] },
      });
      // Where service accounts are admitted, a namespace has its own a moment after itself.
      const create = async (object: object) => until(async () => (await at.api.create(`${core}/pods`, object)).status === 201, 10_000);
      expect(await create(pod('placed', 'no-such-node'))).toBe(true);
      expect(await create({ ...pod('waiting'), spec: { ...pod('waiting').spec, schedulerName: 'nobody' } })).toBe(true);
      const names = async (fieldSelector: string) =>
        (await at.api.get(`${core}/pods`, { fieldSelector })).body.items.map((item: any) => item.metadata.name);
      expect(await names('spec.nodeName=no-such-node')).toEqual(['placed']);
      expect(await names('spec.nodeName=')).toEqual(['waiting']);
      expect(await names('status.phase=Pending,metadata.name=waiting')).toEqual(['waiting']);
      expect(await names('status.phase!=Pending,metadata.name=waiting')).toEqual([]);
      expect(await names('spec.schedulerName=nobody')).toEqual(['waiting']);
      const { status, body } = await at.api.get(`${core}/pods`, { fieldSelector: 'spec.hostname=x' });
      expect([status, body.message]).toEqual([400, 'field label not supported: spec.hostname']);
    });

    test('leave a watch when their phase leaves its selector', async () => {
      const watch = await at.api.watch(`${core}/pods`, { fieldSelector: 'status.phase=Pending,metadata.name=waiting' });
      expect((await watch.take(1))[0].type).toBe('ADDED');
      made(await at.api.patch(`${core}/pods/waiting/status`, 'merge', { status: { phase: 'Running' } }));
      const events = [];
      do events.push(...(await watch.take(1)));
      while (events.at(-1)!.type !== 'DELETED');
      expect(events.at(-1)!.object.status.phase).toBe('Pending');
      await watch.close();
    });

    test('change only a few fields of their spec', async () => {
      const { status, body } = await at.api.patch(`${core}/pods/waiting`, 'strategic', { spec: { dnsPolicy: 'Default' } });
      expect([status, body.reason]).toEqual([422, 'Invalid']);
      expect(body.details.causes[0]).toMatchObject({ reason: 'FieldValueForbidden', field: 'spec' });
      expect(body.message).toContain('pod updates may not change fields other than');
      const image = { spec: { containers: [{ name: 'main', image: 'registry.example/app:2' }] } };
      expect((await at.api.patch(`${core}/pods/waiting`, 'strategic', image)).status).toBe(200);
    });
  });

  describe('events', () => {
    const event = (name: string, more: Record<string, unknown> = {}) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      involvedObject: { kind: 'Widget', namespace, name: 'subject', uid: 'u-1', apiVersion: 'behaviour.example/v1' },
      reason: 'Synced',
      message: 'all is well',
      type: 'Normal',
      source: { component: 'behaviour' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      ...more,
    });

    test('are created, counted up by patch, and chosen by what they are about', async () => {
      made(await at.api.create(`${core}/events`, event('subject.1')));
      const other = { kind: 'Widget', namespace, name: 'other', uid: 'u-2', apiVersion: 'behaviour.example/v1' };
      made(await at.api.create(`${core}/events`, event('other.1', { involvedObject: other, reason: 'Failed', type: 'Warning' })));
      const again = { count: 2, lastTimestamp: '2026-01-01T00:01:00Z' };
      expect(made(await at.api.patch(`${core}/events/subject.1`, 'strategic', again))).toMatchObject(again);
      const names = async (fieldSelector: string) =>
        (await at.api.get(`${core}/events`, { fieldSelector })).body.items.map((item: any) => item.metadata.name);
      expect(await names('involvedObject.kind=Widget,involvedObject.name=subject')).toEqual(['subject.1']);
      expect(await names('involvedObject.uid=u-2')).toEqual(['other.1']);
      expect(await names('type=Warning,involvedObject.kind=Widget')).toEqual(['other.1']);
      expect(await names('reason=Synced')).toEqual(['subject.1']);
      expect((await at.api.get(`${core}/events`, { fieldSelector: 'message=x' })).status).toBe(400);
    });

    test('are the same objects in events.k8s.io', async () => {
      const { body } = await at.api.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events/other.1`);
      expect(body).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        note: 'all is well',
        regarding: { name: 'other' },
        deprecatedSource: { component: 'behaviour' },
        deprecatedCount: 1,
      });
    });

    test('belong into the namespace of what they are about', async () => {
      const involvedObject = { kind: 'Widget', namespace: 'elsewhere', name: 'x' };
      const { status, body } = await at.api.create(`${core}/events`, event('astray', { involvedObject }));
      expect([status, body.message]).toEqual([
        422,
        'Event "astray" is invalid: involvedObject.namespace: Invalid value: "elsewhere": does not match event.namespace',
      ]);
    });
  });
}
