import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createClock } from '../Clock';
import { kubectlPath, runKubectl } from '../testing/kubectl';
import { MemoryObjectStore } from './MemoryObjectStore';
import type { KubeObject } from './ObjectStore';
import { startApiServer, type ApiServer } from './startApiServer';

jest.setTimeout(60_000);

let directory: string;
let kubeconfig: string;
let store: MemoryObjectStore;
let server: ApiServer;

beforeAll(() => {
  kubectlPath();
});

beforeEach(async () => {
  const clock = createClock({ real: Date.now(), shown: Date.now(), speed: 1 });
  store = new MemoryObjectStore({ clock });
  server = await startApiServer({ store, clock, backends: { find: () => undefined } });
  directory = mkdtempSync(join(tmpdir(), 'aviary-kubectl-test-'));
  kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, server.kubeconfig());
});

afterEach(async () => {
  await server.close();
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs kubectl, expects it to succeed and returns its output. */
async function kubectl(line: string, input?: unknown): Promise<string> {
  const result = await run(line, input);
  expect({ line, ...result }).toMatchObject({ code: 0 });
  return result.stdout;
}

/** Runs kubectl, expects it to fail and returns its complaint. */
async function refused(line: string, input?: unknown): Promise<string> {
  const result = await run(line, input);
  expect({ line, ...result }).not.toMatchObject({ code: 0 });
  return result.stderr;
}

function run(line: string, input?: unknown) {
  const args = line.match(/'[^']*'|\S+/g)!.map((arg) => arg.replace(/^'|'$/g, ''));
  return runKubectl(args, { kubeconfig, input: input === undefined ? undefined : stringify(input) });
}

/** The lines of a table as lists of cells. */
const cells = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));

/** Replaces the status of a Deployment as its controller would. */
function roll(name: string) {
  const current = store.get('apps/deployments', 'default', name)!;
  const { replicas } = current.spec;
  const status = {
    observedGeneration: current.metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  const conditions = [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }];
  store.update('apps/deployments', { ...current, status: { ...status, conditions } }, { subresource: 'status' });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const deployment = (image: string, env: object[] = []): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace: 'default', labels: { app: 'podinfo' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'podinfo' } },
    template: {
      metadata: { labels: { app: 'podinfo' } },
      spec: { containers: [{ name: 'podinfod', image, env, ports: [{ containerPort: 9898, name: 'http' }] }] },
    },
  },
});

const container = () => store.get('apps/deployments', 'default', 'podinfo')!.spec.template.spec.containers[0];

const canaryDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'canaries.flagger.app' },
  spec: {
    group: 'flagger.app',
    scope: 'Namespaced',
    names: { plural: 'canaries', kind: 'Canary', shortNames: ['cd'], categories: ['all'] },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Status', type: 'string', jsonPath: '.status.phase' },
          { name: 'Interval', type: 'string', jsonPath: '.spec.analysis.interval', priority: 1 },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['targetRef'],
                properties: {
                  targetRef: { type: 'object', properties: { name: { type: 'string' }, kind: { type: 'string', default: 'Deployment' } } },
                  analysis: { type: 'object', properties: { interval: { type: 'string' }, threshold: { type: 'integer' } } },
                },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
      {
        name: 'v1alpha3',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const canary = (analysis: object, version = 'v1beta1') => ({
  apiVersion: `flagger.app/${version}`,
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: { targetRef: { name: 'podinfo' }, analysis },
});

describe('kubectl apply', () => {
  it('applies a List, as "kubectl get -o json" prints one', async () => {
    const items = ['one', 'two'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
    expect(await kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items })).toBe('configmap/one created\nconfigmap/two created\n');
    expect(await kubectl('apply -f -', JSON.parse(await kubectl('get configmap one two -o json')))).toBe(
      'configmap/one configured\nconfigmap/two configured\n',
    );
  });

  it('creates, changes and leaves alone, on the client side', async () => {
    const one = { name: 'A', value: '1' };
    expect(await kubectl('apply -f -', deployment('podinfo:1', [one, { name: 'B', value: '2' }]))).toContain('created');
    expect(await kubectl('apply -f -', deployment('podinfo:2', [one]))).toContain('configured');
    expect([container().image, container().env]).toEqual(['podinfo:2', [one]]);
    expect(await kubectl('apply -f -', deployment('podinfo:2', [one]))).toContain('unchanged');
  });

  it('keeps what others set', async () => {
    await kubectl('apply -f -', deployment('podinfo:1'));
    await kubectl('scale deployment podinfo --replicas=5');
    const { spec, ...rest } = deployment('podinfo:2');
    await kubectl('apply -f -', { ...rest, spec: { ...spec, replicas: undefined } });
    await kubectl('set env deployment/podinfo X=y');
    await kubectl('apply -f -', { ...rest, spec: { ...spec, replicas: undefined } });
    expect(container().env).toEqual([{ name: 'X', value: 'y' }]);
  });

  it('works on the server side, also after the client side', async () => {
    const one = { name: 'A', value: '1' };
    await kubectl('apply -f -', deployment('podinfo:1', [one]));
    expect(await kubectl('apply --server-side -f -', deployment('podinfo:2', [one]))).toContain('serverside-applied');
    await kubectl('apply --server-side -f -', deployment('podinfo:2'));
    expect([container().image, container().env ?? []]).toEqual(['podinfo:2', []]);
    expect(await kubectl('get deployment podinfo --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}')).toContain(
      'kubectl',
    );
  });

  it('tries without effect', async () => {
    await kubectl('apply -f -', deployment('podinfo:1'));
    expect(await kubectl('apply --dry-run=server -f -', deployment('podinfo:2'))).toContain('configured (server dry run)');
    expect(container().image).toBe('podinfo:1');
  });
});

describe('kubectl get', () => {
  it('shows the tables of the real server', async () => {
    store.create('apps/deployments', deployment('podinfo:1'));
    roll('podinfo');
    expect(cells(await kubectl('get deployments -o wide'))).toEqual([
      ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR'],
      ['podinfo', '2/2', '2', '2', expect.stringMatching(/s$/), 'podinfod', 'podinfo:1', 'app=podinfo'],
    ]);
    expect(cells(await kubectl('get namespaces'))[1].slice(0, 2)).toEqual(['default', 'Active']);
    expect(await kubectl('get all -A')).toContain('deployment.apps/podinfo');
    expect(await kubectl('get deployment podinfo -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('podinfo:1');
    expect(await kubectl('get deployment podinfo -o yaml')).toContain('progressDeadlineSeconds: 600');
    expect(await kubectl('get deployments -l app=podinfo -o name')).toBe('deployment.apps/podinfo\n');
    expect(await kubectl('get deployments -l app!=podinfo -o name')).toBe('');
  });

  it('shows pods with what is wrong with them', async () => {
    const pod = store.create('/pods', { ...deployment('x'), apiVersion: 'v1', kind: 'Pod', spec: deployment('x').spec.template.spec });
    const waiting = { name: 'podinfod', ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } };
    store.update(
      '/pods',
      { ...pod, status: { phase: 'Running', podIP: '10.0.0.1', containerStatuses: [waiting] } },
      { subresource: 'status' },
    );
    expect(cells(await kubectl('get pods'))[1].slice(0, 4)).toEqual(['podinfo', '0/1', 'CrashLoopBackOff', '3']);
    expect(await kubectl('get pods --field-selector status.phase=Running -o name')).toBe('pod/podinfo\n');
  });

  it('takes long lists in pages', async () => {
    for (let index = 0; index < 620; index++) {
      store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${index}`, namespace: 'default' } });
    }
    server.requests.reset();
    expect(cells(await kubectl('get configmaps --no-headers'))).toHaveLength(620);
    expect(server.requests.counts.list).toBe(2);
  });

  it('watches', async () => {
    store.create('apps/deployments', deployment('podinfo:1'));
    const abort = new AbortController();
    let shown = '';
    const watching = runKubectl(['get', 'deployments', '-w'], { kubeconfig, signal: abort.signal, onStdout: (text) => (shown = text) });
    await until(() => shown.includes('0/2') && server.faults.watches.size === 1);
    roll('podinfo');
    await until(() => shown.includes('2/2'));
    abort.abort();
    await watching;
    expect(cells(shown).map(([name, ready]) => [name, ready])).toEqual([
      ['NAME', 'READY'],
      ['podinfo', '0/2'],
      ['podinfo', '2/2'],
    ]);
  });

  it('says what is not there', async () => {
    expect(await refused('get pod nope')).toBe('Error from server (NotFound): pods "nope" not found\n');
    expect(await refused('get nope')).toContain(`the server doesn't have a resource type "nope"`);
  });
});

describe('kubectl create', () => {
  it('sends protobuf for these kinds', async () => {
    await kubectl('create namespace shop');
    await kubectl('create configmap settings --from-literal=colour=blue --from-literal=empty=');
    await kubectl('create secret generic key --from-literal=password=hunter2');
    await kubectl('create service clusterip web --tcp=80:8080');
    await kubectl('create deployment web --image=web:1 --port=80 --replicas=0 -- serve --fast');
    expect(store.get('/namespaces', undefined, 'shop')!.status).toEqual({ phase: 'Active' });
    expect(store.get('/configmaps', 'default', 'settings')!.data).toEqual({ colour: 'blue', empty: '' });
    expect(store.get('/secrets', 'default', 'key')!.data).toEqual({ password: 'aHVudGVyMg==' });
    expect(store.get('/services', 'default', 'web')!.spec).toMatchObject({
      selector: { app: 'web' },
      clusterIP: expect.stringMatching(/^10\.96\./),
      ports: [{ name: '80-8080', port: 80, targetPort: 8080, protocol: 'TCP' }],
    });
    expect(store.get('apps/deployments', 'default', 'web')!.spec).toMatchObject({
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'web', image: 'web:1', command: ['serve', '--fast'], ports: [{ containerPort: 80 }] }] } },
    });
  });

  it('says what is wrong', async () => {
    expect(await refused('create namespace default')).toContain('namespaces "default" already exists');
    expect(await refused('-n nowhere create configmap x')).toContain('namespaces "nowhere" not found');
    expect(await refused('create -f -', { ...deployment('x'), spec: { template: {} } })).toContain('spec.selector: Required value');
  });
});

describe('kubectl on a Deployment', () => {
  beforeEach(() => {
    store.create('apps/deployments', deployment('podinfo:1'));
    roll('podinfo');
  });

  it('sets the image, scales, restarts, annotates, labels and patches', async () => {
    await kubectl('set image deployment/podinfo podinfod=podinfo:2');
    expect(container().image).toBe('podinfo:2');
    await kubectl('scale deployment podinfo --replicas=4 --current-replicas=2');
    await kubectl('rollout restart deployment podinfo');
    await kubectl('annotate deployment podinfo note=hello');
    await kubectl('label deployment podinfo tier=front');
    await kubectl(`patch deployment podinfo -p '{"spec":{"template":{"spec":{"containers":[{"name":"podinfod","image":"podinfo:3"}]}}}}'`);
    expect(await refused(`patch deployment podinfo --type=json -p '[{"op":"remove","path":"/spec/paused"}]'`)).toContain(
      'the server rejected our request due to an error in our request',
    );
    const { metadata, spec } = store.get('apps/deployments', 'default', 'podinfo')!;
    expect(metadata).toMatchObject({ labels: { app: 'podinfo', tier: 'front' }, annotations: { note: 'hello' }, generation: 5 });
    expect(spec.replicas).toBe(4);
    expect(spec.template.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
    expect(container()).toMatchObject({ image: 'podinfo:3', ports: [{ containerPort: 9898 }] });
  });

  it('waits for a rollout, at once when it is done', async () => {
    expect(await kubectl('rollout status deployment podinfo')).toContain('successfully rolled out');
    await kubectl('set image deployment/podinfo podinfod=podinfo:2');
    const status = kubectl('rollout status deployment podinfo --timeout=20s');
    await until(() => server.faults.watches.size === 1);
    roll('podinfo');
    expect(await status).toContain('successfully rolled out');
  });

  it('waits for conditions and values', async () => {
    await kubectl('wait deployment podinfo --for=condition=Available --timeout=10s');
    const waiting = kubectl('wait deployment podinfo --for=jsonpath={.spec.replicas}=3 --timeout=20s');
    await until(() => server.faults.watches.size === 1);
    store.update('apps/deployments', {
      ...store.get('apps/deployments', 'default', 'podinfo')!,
      spec: { ...store.get('apps/deployments', 'default', 'podinfo')!.spec, replicas: 3 },
    });
    expect(await waiting).toContain('condition met');
    expect(await refused('wait deployment podinfo --for=condition=Nope --timeout=1s')).toContain('timed out');
  });

  it('describes it with its events, and lists them', async () => {
    const { uid } = store.get('apps/deployments', 'default', 'podinfo')!.metadata;
    const at = new Date().toISOString();
    store.create('/events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'podinfo.1', namespace: 'default' },
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo', namespace: 'default', uid },
      type: 'Normal',
      reason: 'Synced',
      message: 'New revision detected!',
      source: { component: 'aviary' },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    });
    expect(await kubectl('describe deployment podinfo')).toMatch(
      /Replicas: +2 desired[^]*Normal +Synced +\S+ +aviary +New revision detected!/,
    );
    expect(cells(await kubectl('get events'))[1].slice(1)).toEqual(['Normal', 'Synced', 'deployment/podinfo', 'New revision detected!']);
    expect(await kubectl('events --for deployment/podinfo')).toContain('New revision detected!');
  });

  it('deletes it with its dependents, or without', async () => {
    const owner = store.get('apps/deployments', 'default', 'podinfo')!;
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo', uid: owner.metadata.uid! }];
    const own = (name: string) =>
      store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ownerReferences } });
    own('a');
    expect(await kubectl('delete deployment podinfo --cascade=foreground')).toContain('deleted');
    expect(store.list('/configmaps')).toEqual([]);
    store.create('apps/deployments', deployment('podinfo:1'));
    ownerReferences[0].uid = store.get('apps/deployments', 'default', 'podinfo')!.metadata.uid!;
    own('b');
    await kubectl('delete deployment podinfo --cascade=orphan');
    expect(store.list('/configmaps').map(({ metadata }) => metadata.name)).toEqual(['b']);
  });
});

describe('kubectl delete', () => {
  it('waits for finalizers', async () => {
    store.create('/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'default', finalizers: ['x.io/y'] },
    });
    const deleting = kubectl('delete configmap a');
    await until(() => server.faults.watches.size === 1);
    await kubectl(`patch configmap a --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`);
    expect(await deleting).toContain('configmap "a" deleted');
    expect(store.list('/configmaps')).toEqual([]);
  });

  it('empties a namespace', async () => {
    await kubectl('create namespace shop');
    await kubectl('create configmap a -n shop');
    await kubectl('delete namespace shop');
    expect(store.list('/configmaps')).toEqual([]);
    expect(await refused('get namespace shop')).toContain('namespaces "shop" not found');
  });
});

describe('kubectl with custom resources', () => {
  beforeEach(async () => {
    await kubectl('apply -f -', canaryDefinition);
    await kubectl('wait --for=condition=Established crd/canaries.flagger.app --timeout=10s');
  });

  it('applies, shows, patches the status and explains', async () => {
    await kubectl('apply -f -', canary({ interval: '30s', threshold: 5 }));
    await kubectl(`patch canary podinfo --subresource=status --type=merge -p '{"status":{"phase":"Progressing"}}'`);
    expect(cells(await kubectl('get canaries -A'))).toEqual([
      ['NAMESPACE', 'NAME', 'STATUS'],
      ['default', 'podinfo', 'Progressing'],
    ]);
    expect(cells(await kubectl('get cd -o wide'))).toEqual([
      ['NAME', 'STATUS', 'INTERVAL'],
      ['podinfo', 'Progressing', '30s'],
    ]);
    expect(await kubectl('get all')).toContain('canary.flagger.app/podinfo');
    expect(await kubectl('get canaries.v1alpha3.flagger.app podinfo -o yaml')).toContain('apiVersion: flagger.app/v1alpha3');
    expect(await kubectl('describe canary podinfo')).toContain('Phase:  Progressing');
    expect(await kubectl('explain canary.spec')).toContain('targetRef\t<Object> -required-');
    expect(store.get('flagger.app/canaries', 'default', 'podinfo')!.metadata.generation).toBe(1);
  });

  it('applies an older version, kept in the stored one', async () => {
    await kubectl('apply -f -', canary({ interval: '30s' }, 'v1alpha3'));
    expect(store.get('flagger.app/canaries', 'default', 'podinfo')!.apiVersion).toBe('flagger.app/v1beta1');
  });

  it('refuses unknown fields and wrong values, naming them', async () => {
    expect(await refused('apply -f -', canary({ treshold: 5 }))).toContain('strict decoding error: unknown field "spec.analysis.treshold"');
    expect(await refused('apply -f -', canary({ threshold: 'five' }))).toContain(
      'spec.analysis.threshold: Invalid value: "string": spec.analysis.threshold in body must be of type integer: "string"',
    );
    const { stderr } = await run('apply --validate=warn -f -', canary({ treshold: 5 }));
    expect(stderr).toContain('Warning: unknown field "spec.analysis.treshold"');
  });
});

it('says what one may do, and makes tokens of service accounts', async () => {
  expect(await kubectl('auth can-i create deployments')).toBe('yes\n');
  await kubectl('apply -f -', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
  expect(await kubectl('create token robot --duration 10m')).toMatch(/^\S+$/);
  expect(await run('create token nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('serviceaccounts "nobody" not found'),
  });
});
