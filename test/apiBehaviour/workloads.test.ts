import { grounds, startGround } from '../harness/grounds';
import { until } from '../harness/until';
import { Api, shapes } from './Api';
import { deployment, made, newNamespace, type Subject } from './Subject';

/** The ground's kubelet is kwok on the real control plane: what a kubelet does is not asked here. */
jest.setTimeout(60_000);

describe.each(grounds())('the controllers of the %s', (name) => {
  const at = {} as Subject;
  let namespace: string;
  let deployments: string;
  let sets: string;
  let pods: string;

  beforeAll(async () => {
    at.ground = await startGround(name);
    at.api = new Api(at.ground.kubeconfigPath);
    namespace = await newNamespace(at, 'workloads');
    [deployments, sets] = ['deployments', 'replicasets'].map((plural) => `/apis/apps/v1/namespaces/${namespace}/${plural}`);
    pods = `/api/v1/namespaces/${namespace}/pods`;
  });

  afterAll(async () => {
    await at.api?.close();
    await at.ground?.close();
  });

  /** A Deployment whose pods become ready soon; resolves when they all are. */
  async function run(app: string, replicas: number): Promise<any> {
    const body: any = deployment(app, { replicas });
    body.spec.template.metadata.annotations = { 'sandbox.aviary.dev/ready-after': '600ms' };
    made(await at.api.create(deployments, body));
    return settled(app, replicas);
  }

  async function settled(app: string, replicas: number): Promise<any> {
    const found = await until(async () => {
      const { spec, status, metadata, ...rest } = made(await at.api.get(`${deployments}/${app}`));
      const counts = [status.replicas ?? 0, status.updatedReplicas ?? 0, status.availableReplicas ?? 0];
      const isDone = status.observedGeneration === metadata.generation && counts.every((count) => count === replicas);
      return isDone ? { spec, status, metadata, ...rest } : null;
    }, 30_000);
    if (!found) throw new Error(`Deployment ${app} has not come to ${replicas} available replicas in 30 s`);
    return found;
  }

  const scale = async (app: string, replicas: number) => {
    made(await at.api.patch(`${deployments}/${app}`, 'merge', { spec: { replicas } }));
    return settled(app, replicas);
  };
  const of = async (path: string, app: string) => made(await at.api.get(path, { labelSelector: `app=${app}` })).items;

  describe('tell in events', () => {
    const plain = (text: string, app: string) =>
      text
        .replaceAll(namespace, 'NS')
        .replace(new RegExp(`${app}-\\w+(-\\w+)?`, 'g'), 'X')
        .replace(/ to \S+$/, ' to NODE');
    async function events(kind: string, app: string, enough: number): Promise<any[]> {
      const list = async () => {
        const { items } = made(
          await at.api.get(`/api/v1/namespaces/${namespace}/events`, { fieldSelector: `involvedObject.kind=${kind}` }),
        );
        return items.filter(
          ({ involvedObject, source }: any) => involvedObject.name.startsWith(`${app}-`) && source.component !== 'kubelet',
        );
      };
      return (await until(async () => ((await list()).length >= enough ? list() : null), 15_000)) ?? list();
    }

    test('of every pod that a ReplicaSet makes or deletes', async () => {
      await run('told', 2);
      await scale('told', 1);
      const found = await events('ReplicaSet', 'told', 3);
      const [set] = await of(sets, 'told');
      expect(found.map(({ type, reason, message, count }) => [type, reason, plain(message, 'told'), count])).toEqual([
        ['Normal', 'SuccessfulCreate', 'Created pod: X', 1],
        ['Normal', 'SuccessfulCreate', 'Created pod: X', 1],
        ['Normal', 'SuccessfulDelete', 'Deleted pod: X', 1],
      ]);
      const { involvedObject, source, metadata, ...rest } = found[0];
      expect([source, involvedObject]).toEqual([
        { component: 'replicaset-controller' },
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: set.metadata.name,
          namespace,
          uid: set.metadata.uid,
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
      ]);
      expect(metadata.name).toMatch(new RegExp(`^${set.metadata.name}\\.[0-9a-f]{16}$`));
      expect(rest).toMatchObject({ eventTime: null, reportingComponent: 'replicaset-controller', reportingInstance: '' });
      expect(rest.firstTimestamp).toBe(rest.lastTimestamp);
    });

    test('of many pods in one, from the tenth on', async () => {
      await run('many', 13);
      const found = await events('ReplicaSet', 'many', 10);
      const combined = () => events('ReplicaSet', 'many', 10).then((all) => (all.at(-1).count === 4 ? all.at(-1) : null));
      expect(found).toHaveLength(10);
      expect(await until(combined, 15_000)).toMatchObject({
        message: expect.stringMatching(/^\(combined from similar events\): Created pod: many-/),
      });
    });

    test('of the node that a pod was given', async () => {
      await run('placed', 1);
      const [{ metadata, spec }] = await of(pods, 'placed');
      const [{ message, involvedObject, metadata: _, reportingInstance, ...scheduled }] = await events('Pod', 'placed', 1);
      expect(message).toBe(`Successfully assigned ${namespace}/${metadata.name} to ${spec.nodeName}`);
      expect(involvedObject).toMatchObject({ apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid });
      expect(scheduled).toEqual({
        action: 'Binding',
        eventTime: expect.stringMatching(/\.\d{6}Z$/),
        firstTimestamp: null,
        lastTimestamp: null,
        reason: 'Scheduled',
        reportingComponent: 'default-scheduler',
        source: {},
        type: 'Normal',
      });
      expect(reportingInstance).toMatch(/^default-scheduler-/);
    });
  });

  describe('own in managedFields', () => {
    const container = {
      '.': {},
      'f:env': { '.': {}, 'k:{"name":"ONE"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
      'f:image': {},
      'f:imagePullPolicy': {},
      'f:name': {},
      'f:ports': { '.': {}, 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
      'f:resources': {},
      'f:terminationMessagePath': {},
      'f:terminationMessagePolicy': {},
    };
    const podSpec = {
      'f:containers': { 'k:{"name":"main"}': container },
      'f:dnsPolicy': {},
      'f:restartPolicy': {},
      'f:schedulerName': {},
      'f:securityContext': {},
      'f:terminationGracePeriodSeconds': {},
    };
    const condition = { '.': {}, 'f:lastTransitionTime': {}, 'f:status': {}, 'f:type': {} };
    const annotated = { 'f:annotations': { '.': {}, 'f:sandbox.aviary.dev/ready-after': {} } };
    let owned: any;
    let set: any;
    let pod: any;

    beforeAll(async () => {
      owned = await run('owned', 1);
      [set] = await of(sets, 'owned');
      [pod] = await of(pods, 'owned');
    });

    const ownersOf = ({ metadata }: any) =>
      metadata.managedFields.map(({ manager, operation, apiVersion, subresource }: any) => [manager, operation, apiVersion, subresource]);
    const fieldsOf = ({ metadata }: any, who: string, subresource?: string) =>
      metadata.managedFields.find((entry: any) => entry.manager === who && entry.subresource === subresource)?.fieldsV1;

    test('of a Deployment its status and revision; its creator owns what the server filled in', async () => {
      expect(ownersOf(owned)).toEqual([
        ['behaviour', 'Update', 'apps/v1', undefined],
        ['kube-controller-manager', 'Update', 'apps/v1', 'status'],
      ]);
      expect(fieldsOf(owned, 'behaviour')).toEqual({
        'f:spec': {
          'f:progressDeadlineSeconds': {},
          'f:replicas': {},
          'f:revisionHistoryLimit': {},
          'f:selector': {},
          'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
          'f:template': {
            'f:metadata': { ...annotated, 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': podSpec,
          },
        },
      });
      const explained = { ...condition, 'f:lastUpdateTime': {}, 'f:message': {}, 'f:reason': {} };
      expect(fieldsOf(owned, 'kube-controller-manager', 'status')).toEqual({
        'f:metadata': { 'f:annotations': { '.': {}, 'f:deployment.kubernetes.io/revision': {} } },
        'f:status': {
          'f:availableReplicas': {},
          'f:conditions': { '.': {}, 'k:{"type":"Available"}': explained, 'k:{"type":"Progressing"}': explained },
          'f:observedGeneration': {},
          'f:readyReplicas': {},
          'f:replicas': {},
          'f:terminatingReplicas': {},
          'f:updatedReplicas': {},
        },
      });
    });

    test('of a ReplicaSet everything', async () => {
      const owner = ['kube-controller-manager', 'Update', 'apps/v1'];
      expect(ownersOf(set)).toEqual([
        [...owner, undefined],
        [...owner, 'status'],
      ]);
      const labels = { 'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} } };
      expect(fieldsOf(set, 'kube-controller-manager')).toEqual({
        'f:metadata': {
          'f:annotations': {
            '.': {},
            'f:deployment.kubernetes.io/desired-replicas': {},
            'f:deployment.kubernetes.io/max-replicas': {},
            'f:deployment.kubernetes.io/revision': {},
          },
          ...labels,
          'f:ownerReferences': { '.': {}, [`k:{"uid":"${owned.metadata.uid}"}`]: {} },
        },
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:template': { 'f:metadata': { ...annotated, ...labels }, 'f:spec': podSpec },
        },
      });
      expect(fieldsOf(set, 'kube-controller-manager', 'status')).toEqual({
        'f:status': {
          'f:availableReplicas': {},
          'f:fullyLabeledReplicas': {},
          'f:observedGeneration': {},
          'f:readyReplicas': {},
          'f:replicas': {},
          'f:terminatingReplicas': {},
        },
      });
    });

    test("of a pod all but its status, which is the kubelet's; its node is nobody's", async () => {
      expect(ownersOf(pod)).toEqual([
        ['kube-controller-manager', 'Update', 'v1', undefined],
        [name === 'cluster' ? 'kwok' : 'kubelet', 'Update', 'v1', 'status'],
      ]);
      expect(fieldsOf(pod, 'kube-controller-manager')).toEqual({
        'f:metadata': {
          ...annotated,
          'f:generateName': {},
          'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
          'f:ownerReferences': { '.': {}, [`k:{"uid":"${set.metadata.uid}"}`]: {} },
        },
        'f:spec': { ...podSpec, 'f:enableServiceLinks': {} },
      });
      const { 'f:status': status } = fieldsOf(pod, name === 'cluster' ? 'kwok' : 'kubelet', 'status');
      expect(status).toMatchObject({
        'f:conditions': { 'k:{"type":"Ready"}': { ...condition, 'f:lastProbeTime': {} } },
        'f:containerStatuses': {},
        'f:phase': {},
        'f:podIP': {},
        'f:podIPs': { '.': {} },
        'f:startTime': {},
      });
      expect(Object.keys(status['f:conditions'])).not.toContain('k:{"type":"PodScheduled"}');
      expect(pod.metadata.generation).toBe(1);
    });

    test('what nobody else may apply without force', async () => {
      const apply = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: set.metadata.name }, spec: { replicas: 2 } };
      const { status, body } = await at.api.apply(`${sets}/${set.metadata.name}`, apply, 'applier');
      expect([status, body.message]).toEqual([
        409,
        'Apply failed with 1 conflict: conflict with "kube-controller-manager" using apps/v1: .spec.replicas',
      ]);
    });

    test('and may write annotations and labels with a status, but no labels of a Deployment', async () => {
      const patch = { metadata: { labels: { written: 'yes' }, annotations: { written: 'yes' } } };
      const written = async (path: string) => {
        const { metadata } = made(await at.api.patch(`${path}/status`, 'merge', patch));
        return [metadata.labels?.written, metadata.annotations.written];
      };
      expect(await written(`${deployments}/owned`)).toEqual([undefined, 'yes']);
      expect(await written(`${sets}/${set.metadata.name}`)).toEqual(['yes', 'yes']);
      expect(await written(`${pods}/${pod.metadata.name}`)).toEqual(['yes', 'yes']);
    });
  });

  describe('a deleted pod', () => {
    // No kubelet runs the pods of a node that is not there: they stay until they are forced to go.
    async function lonePod(app: string, metadata: object = {}, spec: object = { nodeName: 'nowhere' }): Promise<string> {
      const containers = [{ name: 'main', image: 'registry.example/app:1' }];
      const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: app, ...metadata }, spec: { containers, ...spec } };
      made(await at.api.create(pods, body));
      return `${pods}/${app}`;
    }
    const seconds = ({ metadata }: any) =>
      Math.round((Date.parse(metadata.deletionTimestamp) - Date.parse(metadata.creationTimestamp)) / 1000);

    test('stays for its grace period, which can only be shortened', async () => {
      const path = await lonePod('graceful');
      const { status, body } = await at.api.delete(path);
      expect([status, body.kind, body.metadata.deletionGracePeriodSeconds, body.metadata.generation]).toEqual([200, 'Pod', 30, 2]);
      expect(seconds(body)).toBeGreaterThanOrEqual(30);
      expect(made(await at.api.delete(path, { gracePeriodSeconds: 60 })).metadata).toEqual(body.metadata);
      const shorter = made(await at.api.delete(path, undefined, { gracePeriodSeconds: 20 }));
      expect(shorter.metadata).toMatchObject({ deletionGracePeriodSeconds: 20, generation: 2 });
      expect(seconds(body) - seconds(shorter)).toBe(10);
      const { rows, columnDefinitions } = made(await at.api.get(path, {}, shapes.table));
      expect(rows[0].cells[columnDefinitions.findIndex((column: any) => column.name === 'Status')]).toBe('Terminating');
      const end = made(await at.api.delete(path, { gracePeriodSeconds: 0 }));
      expect(end).toMatchObject({ kind: 'Pod', metadata: { name: 'graceful', deletionGracePeriodSeconds: 0 } });
      expect((await at.api.get(path)).status).toBe(404);
    });

    test('is seen to be deleted before it is gone, also when it goes at once', async () => {
      const { metadata } = made(await at.api.get(pods));
      const path = await lonePod('forced');
      const watch = await at.api.watch(pods, { resourceVersion: metadata.resourceVersion, fieldSelector: 'metadata.name=forced' });
      made(await at.api.delete(path, { gracePeriodSeconds: 0 }));
      const events = await watch.take(3);
      expect(events.map(({ type, object }) => [type, object.metadata.deletionGracePeriodSeconds])).toEqual([
        ['ADDED', undefined],
        ['MODIFIED', 0],
        ['DELETED', 0],
      ]);
      await watch.close();
    });

    test('without a node goes at once, whatever is asked for', async () => {
      const path = await lonePod('unscheduled', {}, { schedulerName: 'nobody' });
      expect(made(await at.api.delete(path, { gracePeriodSeconds: 20 })).metadata.deletionGracePeriodSeconds).toBe(0);
      expect((await at.api.get(path)).status).toBe(404);
    });

    test('waits for both its grace period and its finalizers', async () => {
      const finalizers = ['behaviour.example/hold'];
      const [early, late] = [await lonePod('early', { finalizers }), await lonePod('late', { finalizers })];
      made(await at.api.delete(early, { gracePeriodSeconds: 20 }));
      made(await at.api.patch(early, 'merge', { metadata: { finalizers: null } }));
      expect((await at.api.get(early)).body.metadata.deletionGracePeriodSeconds).toBe(20);
      made(await at.api.delete(early, { gracePeriodSeconds: 0 }));
      expect((await at.api.get(early)).status).toBe(404);
      made(await at.api.delete(late, { gracePeriodSeconds: 20 }));
      made(await at.api.delete(late, { gracePeriodSeconds: 0 }));
      expect((await at.api.get(late)).body.metadata).toMatchObject({ finalizers, deletionGracePeriodSeconds: 0 });
      made(await at.api.patch(late, 'merge', { metadata: { finalizers: null } }));
      expect((await at.api.get(late)).status).toBe(404);
    });

    test('for a time that is none is a 400, for a negative one is given a second', async () => {
      const path = await lonePod('timed');
      const { status, body } = await at.api.delete(path, { gracePeriodSeconds: 'soon' });
      expect([status, body.message]).toEqual([
        400,
        'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
      ]);
      expect(made(await at.api.delete(path, { gracePeriodSeconds: -20 })).metadata.deletionGracePeriodSeconds).toBe(1);
      made(await at.api.delete(path, { gracePeriodSeconds: 0 }));
    });

    test('leaves the endpoints of its Service at once, and is replaced without being counted', async () => {
      const body: any = deployment('left', { replicas: 1 });
      // Held, so that the real ground's kubelet does not end it before anybody has looked.
      body.spec.template.metadata.finalizers = ['behaviour.example/hold'];
      body.spec.template.metadata.annotations = { 'sandbox.aviary.dev/ready-after': '600ms' };
      made(await at.api.create(deployments, body));
      await settled('left', 1);
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'left' },
        spec: { selector: { app: 'left' }, ports: [{ port: 80 }] },
      };
      made(await at.api.create(`/api/v1/namespaces/${namespace}/services`, service));
      const endpoints = async () => {
        const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
        const { items } = made(await at.api.get(slices, { labelSelector: 'kubernetes.io/service-name=left' }));
        return items.flatMap((slice: any) => slice.endpoints ?? []);
      };
      const ready = () => endpoints().then((all) => all.some(({ conditions }: any) => conditions.ready));
      expect(await until(ready, 15_000)).toBe(true);
      const [{ metadata }] = await of(pods, 'left');
      made(await at.api.delete(`${pods}/${metadata.name}`));
      const gone = async () => {
        const found = (await endpoints()).find(({ targetRef }: any) => targetRef.name === metadata.name);
        return found?.conditions.ready ? null : [found?.conditions];
      };
      expect(await until(gone, 15_000)).toEqual([{ ready: false, serving: true, terminating: true }]);
      const replaced = async () => {
        const { status } = made(await at.api.get(`${deployments}/left`));
        return status.terminatingReplicas === 1 && status.availableReplicas === 1 ? status : null;
      };
      expect(await until(replaced, 15_000)).toMatchObject({ replicas: 1, readyReplicas: 1, updatedReplicas: 1 });
      expect(await of(pods, 'left')).toHaveLength(2);
      made(await at.api.delete(`${deployments}/left`));
      for (const pod of await of(pods, 'left'))
        await at.api.patch(`${pods}/${pod.metadata.name}`, 'merge', { metadata: { finalizers: null } });
    });
  });

  describe('a quota', () => {
    const hard = { pods: '1', secrets: '1', 'count/secrets': '1', 'count/deployments.apps': '1' };
    const secret = (called: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: called } });
    let limited: string;
    let secrets: string;

    beforeAll(async () => {
      limited = await newNamespace(at, 'quota');
      secrets = `/api/v1/namespaces/${limited}/secrets`;
      made(await at.api.create(secrets, secret('one')));
      const quotas = `/api/v1/namespaces/${limited}/resourcequotas`;
      made(await at.api.create(quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard } }));
      if (name === 'cluster') {
        // The controller that counts what is there does not run.
        const used = { pods: '0', secrets: '1', 'count/secrets': '1', 'count/deployments.apps': '0' };
        made(await at.api.patch(`${quotas}/few/status`, 'merge', { status: { hard, used } }));
      }
      const enforced = async () => (await at.api.create(secrets, secret('two'), { dryRun: 'All' })).status === 403;
      expect(await until(enforced, 15_000)).toBe(true);
    });

    test('refuses what is too much', async () => {
      const { status, body } = await at.api.create(secrets, secret('two'));
      expect([status, body]).toEqual([
        403,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'secrets "two" is forbidden: exceeded quota: few, requested: count/secrets=1,secrets=1, used: count/secrets=1,secrets=1, limited: count/secrets=1,secrets=1',
          reason: 'Forbidden',
          details: { name: 'two', kind: 'secrets' },
          code: 403,
        },
      ]);
      expect((await at.api.create(secrets, secret('one'))).body.message).toMatch(/^secrets "one" is forbidden: exceeded quota: few/);
    });

    test('keeps a ReplicaSet from making pods, which it and its Deployment say', async () => {
      const path = `/apis/apps/v1/namespaces/${limited}/deployments`;
      made(await at.api.create(path, deployment('refused', { replicas: 2 })));
      const failure = async (one: string) => {
        const { items } = made(await at.api.get(one));
        return items[0]?.status.conditions?.find(({ type }: any) => type === 'ReplicaFailure') ?? null;
      };
      const expected = {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringMatching(
          /^pods "refused-\w+-\w+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
        ),
      };
      expect(await until(() => failure(`/apis/apps/v1/namespaces/${limited}/replicasets`), 15_000)).toMatchObject(expected);
      expect(await until(() => failure(path), 15_000)).toMatchObject(expected);
      const told = async () => {
        const { items } = made(await at.api.get(`/api/v1/namespaces/${limited}/events`, { fieldSelector: 'reason=FailedCreate' }));
        return items[0] ?? null;
      };
      expect(await until(told, 15_000)).toMatchObject({
        type: 'Warning',
        message: expect.stringMatching(/Error creating: pods "refused-\w+-\w+" is forbidden: exceeded quota: few/),
        source: { component: 'replicaset-controller' },
      });
      const { status, body } = await at.api.create(path, deployment('another'));
      expect([status, body.message, body.details]).toEqual([
        403,
        'deployments.apps "another" is forbidden: exceeded quota: few, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
        { name: 'another', group: 'apps', kind: 'deployments' },
      ]);
    });
  });
});
