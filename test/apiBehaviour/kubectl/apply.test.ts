import { grounds } from '../../harness/grounds';
import { configMap, deployment, Kubectl, service } from './Kubectl';

jest.setTimeout(120_000);

describe.each(grounds())('kubectl writes files on the %s', (name) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await Kubectl.onGround(name);
  });

  afterAll(() => kubectl?.close());

  const canary = (metadataName: string, spec: object = {}) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: metadataName },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadataName },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
      // Nothing may happen to it.
      suspend: true,
      ...spec,
    },
  });

  describe('apply', () => {
    it('creates, leaves alone and changes, and keeps what was not in the file', async () => {
      const input = [deployment('web', 'web:1'), service('web'), canary('web')];
      expect(await kubectl.run('apply -f -', { input })).toMatchInlineSnapshot(`
       "deployment.apps/web created
       service/web created
       canary.flagger.app/web created"
      `);
      expect(await kubectl.run('apply -f -', { input })).toMatchInlineSnapshot(`
       "deployment.apps/web unchanged
       service/web unchanged
       canary.flagger.app/web unchanged"
      `);
      await kubectl.run('label deployment web by=hand');
      input[0].spec.template.spec.containers[0].image = 'web:2';
      expect(await kubectl.run('apply -f -', { input })).toMatchInlineSnapshot(`
       "deployment.apps/web configured
       service/web unchanged
       canary.flagger.app/web unchanged"
      `);
      const { metadata, spec } = await kubectl.json('get deployment web');
      expect([metadata.labels, spec.template.spec.containers[0].image, metadata.generation]).toEqual([
        { app: 'web', by: 'hand' },
        'web:2',
        2,
      ]);
    });

    it('removes what left the file, and nothing else', async () => {
      const first = configMap('fewer', { a: '1', b: '2' });
      await kubectl.run('apply -f -', { input: first });
      await kubectl.run(`patch configmap fewer -p '{"data":{"c":"3"}}'`);
      expect(await kubectl.run('apply -f -', { input: configMap('fewer', { a: '1' }) })).toMatchInlineSnapshot(
        `"configmap/fewer configured"`,
      );
      expect((await kubectl.json('get configmap fewer')).data).toEqual({ a: '1', c: '3' });
    });

    it('merges containers, ports and variables by their keys', async () => {
      const make = (variables: object[]) => {
        const object = deployment('merged', 'web:1');
        object.spec.template.spec.containers[0].env = variables;
        return object;
      };
      await kubectl.run('apply -f -', {
        input: make([
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ]),
      });
      await kubectl.run('set env deployment/merged HAND=yes');
      await kubectl.run('apply -f -', {
        input: make([
          { name: 'B', value: '3' },
          { name: 'C', value: '4' },
        ]),
      });
      const { spec } = await kubectl.json('get deployment merged');
      expect(spec.template.spec.containers[0].env).toMatchInlineSnapshot(`
       [
         {
           "name": "B",
           "value": "3",
         },
         {
           "name": "HAND",
           "value": "yes",
         },
         {
           "name": "C",
           "value": "4",
         },
       ]
      `);
    });

    it('takes kind: List and JSON', async () => {
      const list = { apiVersion: 'v1', kind: 'List', items: [configMap('listed-a', { a: '1' }), configMap('listed-b', { b: '1' })] };
      expect(await kubectl.run('apply -f -', { input: list })).toMatchInlineSnapshot(`
       "configmap/listed-a created
       configmap/listed-b created"
      `);
      expect(await kubectl.run('apply -f -', { input: JSON.stringify(list) })).toMatchInlineSnapshot(`
       "configmap/listed-a unchanged
       configmap/listed-b unchanged"
      `);
      expect(await kubectl.run('delete -f -', { input: list })).toMatchInlineSnapshot(`
       "configmap "listed-a" deleted from NAMESPACE namespace
       configmap "listed-b" deleted from NAMESPACE namespace"
      `);
    });

    it('warns of objects that it did not make', async () => {
      await kubectl.run('create -f -', { input: configMap('made', { a: '1' }) });
      expect(await kubectl.run('apply -f -', { input: configMap('made', { a: '2' }) })).toMatchInlineSnapshot(`
       "configmap/made configured
       [stderr] Warning: resource configmaps/made is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
      `);
    });

    it('changes nothing in a dry run, on the server or before it', async () => {
      expect(await kubectl.run('apply --dry-run=server -f -', { input: configMap('dry', { a: '1' }) })).toMatchInlineSnapshot(
        `"configmap/dry created (server dry run)"`,
      );
      expect(await kubectl.run('apply --dry-run=client -f -', { input: configMap('dry', { a: '1' }) })).toMatchInlineSnapshot(
        `"configmap/dry created (dry run)"`,
      );
      expect(await kubectl.run('get configmap dry')).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): configmaps "dry" not found
       [exit 1]"
      `);
      await kubectl.run('apply -f -', { input: configMap('dry', { a: '1' }) });
      expect(await kubectl.run('apply --dry-run=server -f - -o yaml', { input: configMap('dry', { a: '2' }) })).toMatchInlineSnapshot(`
       "apiVersion: v1
       data:
         a: "2"
       kind: ConfigMap
       metadata:
         annotations:
           kubectl.kubernetes.io/last-applied-configuration: |
             {"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"dry","namespace":"NAMESPACE"}}
         creationTimestamp: "TIME"
         name: dry
         namespace: NAMESPACE
         resourceVersion: RV
         uid: UID"
      `);
      expect((await kubectl.json('get configmap dry')).data).toEqual({ a: '1' });
    });

    it('refuses what the server refuses, and goes on with the rest', async () => {
      const wrong = deployment('wrong', 'web:1', { replicas: -1 });
      expect(await kubectl.run('apply -f -', { input: [wrong, configMap('after-wrong', { a: '1' })] })).toMatchInlineSnapshot(`
       "configmap/after-wrong created
       [stderr] The Deployment "wrong" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
       [exit 1]"
      `);
      expect(await kubectl.run('apply -f -', { input: canary('wrong', { targetRef: { kind: 'Deployment' } }) })).toMatchInlineSnapshot(`
       "[stderr] The Canary "wrong" is invalid:
       * spec.targetRef.apiVersion: Required value
       * spec.targetRef.name: Required value
       [exit 1]"
      `);
      expect(await kubectl.run('apply -f -', { input: { apiVersion: 'example.test/v1', kind: 'Nothing', metadata: { name: 'a' } } }))
        .toMatchInlineSnapshot(`
       "[stderr] error: resource mapping not found for name: "a" namespace: "" from "STDIN": no matches for kind "Nothing" in version "example.test/v1"
       ensure CRDs are installed first
       [exit 1]"
      `);
    });

    it('refuses unknown fields unless it is told not to', async () => {
      const typo = canary('typo', { analysi: { interval: '1m' } });
      expect(await kubectl.run('apply -f -', { input: typo })).toMatchInlineSnapshot(`
       "[stderr] Error from server (BadRequest): error when creating "STDIN": Canary in version "v1beta1" cannot be handled as a Canary: strict decoding error: unknown field "spec.analysi"
       [exit 1]"
      `);
      expect(await kubectl.run('apply --validate=warn -f -', { input: typo })).toMatchInlineSnapshot(`
       "canary.flagger.app/typo created
       [stderr] Warning: unknown field "spec.analysi""
      `);
      const builtin = deployment('typo', 'web:1', { replica: 3 });
      expect(await kubectl.run('apply -f -', { input: builtin })).toMatchInlineSnapshot(`
       "[stderr] Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"
       [exit 1]"
      `);
      expect(await kubectl.run('apply --validate=ignore -f -', { input: builtin })).toMatchInlineSnapshot(`"deployment.apps/typo created"`);
      expect((await kubectl.json('get deployment typo')).spec.replica).toBeUndefined();
      const mistyped = deployment('mistyped', 'web:1', { replicas: 'three' });
      expect(await kubectl.run('apply -f -', { input: mistyped })).toMatchInlineSnapshot(`
       "[stderr] Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
       [exit 1]"
      `);
    });

    it('keeps the last applied file, for view-last-applied', async () => {
      await kubectl.run('apply -f -', { input: configMap('last', { a: '1' }) });
      expect(await kubectl.run('apply view-last-applied configmap/last')).toMatchInlineSnapshot(`
       "apiVersion: v1
       data:
         a: "1"
       kind: ConfigMap
       metadata:
         annotations: {}
         name: last
         namespace: NAMESPACE"
      `);
    });

    it('prunes what is no longer among the files with a label', async () => {
      const labelled = (metadataName: string) => ({
        ...configMap(metadataName, {}),
        metadata: { name: metadataName, labels: { set: 'one' } },
      });
      await kubectl.run('apply -f -', { input: [labelled('kept'), labelled('pruned')] });
      const pruned = await kubectl.run('apply --prune -l set=one --prune-allowlist=core/v1/ConfigMap -f -', { input: labelled('kept') });
      expect(pruned).toMatchInlineSnapshot(`
       "configmap/kept configured
       configmap/pruned pruned"
      `);
    });
  });

  describe('apply --server-side', () => {
    it('creates, leaves alone and changes', async () => {
      const input = deployment('served', 'web:1');
      expect(await kubectl.run('apply --server-side -f -', { input })).toMatchInlineSnapshot(`"deployment.apps/served serverside-applied"`);
      expect(await kubectl.run('apply --server-side -f -', { input })).toMatchInlineSnapshot(`"deployment.apps/served serverside-applied"`);
      input.spec.template.spec.containers[0].image = 'web:2';
      await kubectl.run('apply --server-side -f -', { input });
      const { spec, metadata } = await kubectl.json('get deployment served --show-managed-fields');
      expect(spec.template.spec.containers[0].image).toBe('web:2');
      expect(metadata.managedFields.filter(({ operation }: any) => operation === 'Apply').map(({ manager }: any) => manager)).toEqual([
        'kubectl',
      ]);
    });

    it('refuses to take over fields of others, unless it is told to', async () => {
      await kubectl.run('apply --server-side --field-manager=one -f -', { input: configMap('fought', { a: '1', b: '1' }) });
      const input = configMap('fought', { a: '2' });
      expect(await kubectl.run('apply --server-side --field-manager=two -f -', { input })).toMatchInlineSnapshot(`
       "[stderr] error: Apply failed with 1 conflict: conflict with "one": .data.a
       Please review the fields above--they currently have other managers. Here
       are the ways you can resolve this warning:
       * If you intend to manage all of these fields, please re-run the apply
         command with the \`--force-conflicts\` flag.
       * If you do not intend to manage all of the fields, please edit your
         manifest to remove references to the fields that should keep their
         current managers.
       * You may co-own fields by updating your manifest to match the existing
         value; in this case, you'll become the manager if the other manager(s)
         stop managing the field (remove it from their configuration).
       See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
       [exit 1]"
      `);
      expect(await kubectl.run('apply --server-side --field-manager=two --force-conflicts -f -', { input })).toMatchInlineSnapshot(
        `"configmap/fought serverside-applied"`,
      );
      expect((await kubectl.json('get configmap fought')).data).toEqual({ a: '2', b: '1' });
    });

    it('refuses to change what another command has scaled', async () => {
      await kubectl.run('apply --server-side -f -', { input: deployment('scaled', 'web:1') });
      await kubectl.run('scale deployment scaled --replicas=5');
      const input = deployment('scaled', 'web:1', { replicas: 1 });
      expect(await kubectl.run('apply --server-side -f -', { input })).toMatchInlineSnapshot(`
       "[stderr] error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas
       Please review the fields above--they currently have other managers. Here
       are the ways you can resolve this warning:
       * If you intend to manage all of these fields, please re-run the apply
         command with the \`--force-conflicts\` flag.
       * If you do not intend to manage all of the fields, please edit your
         manifest to remove references to the fields that should keep their
         current managers.
       * You may co-own fields by updating your manifest to match the existing
         value; in this case, you'll become the manager if the other manager(s)
         stop managing the field (remove it from their configuration).
       See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
       [exit 1]"
      `);
    });

    it('takes an object over from client-side apply', async () => {
      await kubectl.run('apply -f -', { input: configMap('migrated', { a: '1', b: '2' }) });
      expect(await kubectl.run('apply --server-side -f -', { input: configMap('migrated', { a: '1' }) })).toMatchInlineSnapshot(
        `"configmap/migrated serverside-applied"`,
      );
      expect((await kubectl.json('get configmap migrated')).data).toEqual({ a: '1' });
    });
  });

  describe('diff', () => {
    it('ends with 0, 1 for differences and more for errors', async () => {
      await kubectl.run('apply -f -', { input: configMap('compared', { a: '1' }) });
      expect(await kubectl.run('diff -f -', { input: configMap('compared', { a: '1' }) })).toBe('');
      const changed = await kubectl.raw('diff -f -', { input: configMap('compared', { a: '2' }) });
      expect(changed.code).toBe(1);
      expect(changed.stdout.split('\n').filter((line) => /^[-+] /.test(line))).toEqual(['-  a: "1"', '+  a: "2"']);
      expect((await kubectl.raw('diff -f -', { input: configMap('new', {}) })).code).toBe(1);
      expect((await kubectl.raw('diff -f -', { input: deployment('wrong', 'web:1', { replicas: -1 }) })).code).toBeGreaterThan(1);
    });
  });

  describe('create, replace and delete', () => {
    it('create refuses what is there; replace needs it', async () => {
      const input = configMap('once', { a: '1' });
      expect(await kubectl.run('replace -f -', { input })).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): error when replacing "STDIN": configmaps "once" not found
       [exit 1]"
      `);
      expect(await kubectl.run('create -f -', { input })).toMatchInlineSnapshot(`"configmap/once created"`);
      expect(await kubectl.run('create -f -', { input })).toMatchInlineSnapshot(`
       "[stderr] Error from server (AlreadyExists): error when creating "STDIN": configmaps "once" already exists
       [exit 1]"
      `);
      expect(await kubectl.run('replace -f -', { input: configMap('once', { b: '2' }) })).toMatchInlineSnapshot(
        `"configmap/once replaced"`,
      );
      expect((await kubectl.json('get configmap once')).data).toEqual({ b: '2' });
      const { uid } = (await kubectl.json('get configmap once')).metadata;
      expect(await kubectl.run('replace --force -f -', { input })).toMatchInlineSnapshot(`
       "configmap "once" deleted from NAMESPACE namespace
       configmap/once replaced"
      `);
      expect((await kubectl.json('get configmap once')).metadata.uid).not.toBe(uid);
    });

    it('names what is made by generateName', async () => {
      const input = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-up-' } };
      const { stdout } = await kubectl.raw('create -f - -o name', { input });
      expect(stdout).toMatch(/^configmap\/made-up-[a-z0-9]{5}\n$/);
    });

    it('deletes by file, name and label, and says what is not there', async () => {
      await kubectl.run('apply -f -', { input: [configMap('gone-a', {}), configMap('gone-b', {}), service('gone')] });
      expect(await kubectl.run('delete -f -', { input: configMap('gone-a', {}) })).toMatchInlineSnapshot(
        `"configmap "gone-a" deleted from NAMESPACE namespace"`,
      );
      expect(await kubectl.run('delete configmap/gone-b service/gone')).toMatchInlineSnapshot(`
       "configmap "gone-b" deleted from NAMESPACE namespace
       service "gone" deleted from NAMESPACE namespace"
      `);
      expect(await kubectl.run('delete configmap gone-b')).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): configmaps "gone-b" not found
       [exit 1]"
      `);
      expect(await kubectl.run('delete configmap gone-b --ignore-not-found')).toBe('');
      await kubectl.run('create configmap labelled');
      await kubectl.run('label configmap labelled bye=yes');
      expect(await kubectl.run('delete configmap -l bye=yes')).toMatchInlineSnapshot(
        `"configmap "labelled" deleted from NAMESPACE namespace"`,
      );
      expect(await kubectl.run('delete configmap -l bye=yes')).toMatchInlineSnapshot(`"No resources found"`);
    });

    it('waits for finalizers, as long as it is told to', async () => {
      await kubectl.run('apply -f -', {
        input: { ...configMap('held', {}), metadata: { name: 'held', finalizers: ['behaviour.test/hold'] } },
      });
      expect(await kubectl.run('delete configmap held --timeout=1s')).toMatchInlineSnapshot(`
       "configmap "held" deleted from NAMESPACE namespace
       [stderr] error: timed out waiting for the condition on configmaps/held
       [exit 1]"
      `);
      const release = `patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'`;
      let released: Promise<unknown> | undefined;
      // It says so as soon as the server has been told, and waits then.
      const onStdout = (text: string) => {
        if (text.includes('deleted')) released ??= kubectl.run(release);
      };
      const { code, stdout } = await kubectl.raw('delete configmap held', { onStdout });
      await released;
      expect([code, stdout]).toEqual([0, `configmap "held" deleted from ${kubectl.namespace} namespace\n`]);
    });

    it('takes the dependents along, or leaves them', async () => {
      await kubectl.run('apply -f -', { input: [deployment('cascade', 'web:1'), deployment('orphaned', 'web:1')] });
      await kubectl.run('rollout status deployment/cascade --timeout=60s');
      await kubectl.run('rollout status deployment/orphaned --timeout=60s');
      expect(await kubectl.run('delete deployment cascade --cascade=foreground')).toMatchInlineSnapshot(
        `"deployment.apps "cascade" deleted from NAMESPACE namespace"`,
      );
      expect(await kubectl.run('get replicasets,pods -l app=cascade')).toMatchInlineSnapshot(
        `"[stderr] No resources found in NAMESPACE namespace."`,
      );
      expect(await kubectl.run('delete deployment orphaned --cascade=orphan')).toMatchInlineSnapshot(
        `"deployment.apps "orphaned" deleted from NAMESPACE namespace"`,
      );
      expect((await kubectl.json('get replicasets -l app=orphaned')).items[0].metadata.ownerReferences).toBeUndefined();
      expect((await kubectl.json('get pods -l app=orphaned')).items).toHaveLength(2);
    });

    it('deletes everything of a namespace with it', async () => {
      const other = `${kubectl.namespace}-other`;
      await kubectl.run(`create namespace ${other}`);
      await kubectl.run(`apply -n ${other} -f -`, { input: [configMap('inside', {}), deployment('inside', 'web:1')] });
      expect(await kubectl.run(`delete namespace ${other} --timeout=60s`)).toMatchInlineSnapshot(`"namespace "NAMESPACE-other" deleted"`);
      expect(await kubectl.run(`get configmaps,deployments,pods -n ${other}`)).toMatchInlineSnapshot(
        `"[stderr] No resources found in NAMESPACE-other namespace."`,
      );
      expect(await kubectl.run(`create configmap late -n ${other}`)).toMatchInlineSnapshot(`
       "[stderr] error: failed to create configmap: namespaces "NAMESPACE-other" not found
       [exit 1]"
      `);
    });
  });
});
