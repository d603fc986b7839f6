import { KubeError, type KubeErrorKind } from '../kubernetes';
import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { permissionKey, permissionsIn, type DeclaredRule } from './DeclaredRule';
import { PermissionCheck } from './PermissionCheck';

const RULES: DeclaredRule[] = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch', 'patch'], why: '' },
  { apiGroups: [''], resources: ['services', 'events'], verbs: ['create'], why: '' },
  { apiGroups: ['flagger.app'], resources: ['canaries/status'], verbs: ['patch'], why: '' },
  { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'], clusterScoped: true, why: '' },
];
const ROUTER: DeclaredRule = {
  apiGroups: ['mesh.io'],
  resources: ['splits'],
  verbs: ['get'],
  why: '',
  option: '--router mesh',
  ofSomeCanaries: true,
};
const GRANT = 'add it to the ClusterRole (npm run engine -- permissions prints it)';

let clock: ManualTimers;
/** Keys of what is not allowed. */
let denied: Set<string>;
/** Why the API server does not answer. */
let failure: Error | null;
let asked: string[];
let log: string[];
let granted: number;
let rules: DeclaredRule[];

beforeEach(() => {
  clock = new ManualTimers();
  denied = new Set();
  failure = null;
  asked = [];
  log = [];
  granted = 0;
  rules = [...RULES];
});

function checkOf(namespace?: string): PermissionCheck {
  const write = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void log.push(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  return new PermissionCheck({
    async mayWe({ namespace: where, ...permission }) {
      const key = permissionKey({ ...permission, clusterScoped: false, ofSomeCanaries: false });
      asked.push(where === undefined ? key : `${key} in ${where}`);
      if (failure) throw failure;
      return !denied.has(key);
    },
    rules: () => rules,
    namespace,
    onGranted: () => void granted++,
    clock,
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  });
}

/** Lets time pass and questions be answered. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function refusal(kind: KubeErrorKind): KubeError {
  return new KubeError(kind, { verb: 'get', resource: 'namespaces' }, { status: 403, reason: 'Forbidden', message: 'no' });
}

it('asks for everything once, and for nothing more while nothing is missing', async () => {
  const check = checkOf();
  await check.start();
  expect(asked.sort()).toEqual(permissionsIn(RULES).map(permissionKey).sort());
  expect([check.problems(), log, clock.waits()]).toEqual([[], [], []]);
});

it.each(permissionsIn(RULES).map((permission) => [permissionKey(permission)]))('names %j when it alone is missing', async (key) => {
  denied.add(key);
  const check = checkOf();
  await check.start();
  const [verb, group, resource, subresource, name] = key.split(' ');
  const kind = `${resource}${group && `.${group}`}${subresource && `/${subresource}`}${name && ` "${name}"`}`;
  const what = `"${verb}" ${kind}${name ? '' : ' in all namespaces'}`;
  expect(check.problems()).toEqual([`may not ${what}: ${GRANT}`]);
  expect(log).toEqual([`warn the engine may not ${what}: ${GRANT}`]);
});

it('says in one line what is missing together', async () => {
  for (const key of ['list apps deployments  ', 'watch apps deployments  ', 'create  events  ']) denied.add(key);
  const check = checkOf();
  await check.start();
  expect(log).toEqual([
    `warn the engine may not "list", "watch" deployments.apps in all namespaces; "create" events in all namespaces: ${GRANT}`,
  ]);
  expect(check.problems()).toHaveLength(2);
});

it('asks for the one namespace that is watched, and of cluster-scoped kinds for the cluster', async () => {
  denied.add('create  services  ').add('get  namespaces  kube-system');
  const check = checkOf('shop');
  await check.start();
  expect(asked).toContain('create  services   in shop');
  expect(asked).toContain('get  namespaces  kube-system');
  expect(check.problems()).toEqual([
    'may not "create" services in the namespace shop: add it to the Role (npm run engine -- permissions prints it)',
    `may not "get" namespaces "kube-system": ${GRANT}`,
  ]);
});

it('asks again for what is missing alone, every 10 s, until it is granted', async () => {
  denied.add('create  events  ');
  const check = checkOf();
  await check.start();
  asked.length = 0;
  await pass(9_999);
  expect(asked).toEqual([]);
  for (let round = 0; round < 3; round++) await pass(10_000);
  expect(asked).toEqual(Array(3).fill('create  events  '));
  expect(log).toHaveLength(1);
  denied.clear();
  await pass(10_000);
  expect(log[1]).toBe('info the engine may now "create" events in all namespaces');
  expect([granted, check.problems(), clock.waits()]).toEqual([1, [], []]);
});

describe('when a request was refused', () => {
  it('asks for what it needed alone', async () => {
    const check = checkOf();
    await check.start();
    await pass(60_000);
    asked.length = 0;
    denied.add('patch flagger.app canaries status ');
    check.refused('patch', 'canaries.flagger.app/status');
    await pass(0);
    expect(asked).toEqual(['patch flagger.app canaries status ']);
    expect(check.problems()).toEqual([`may not "patch" canaries.flagger.app/status in all namespaces: ${GRANT}`]);
  });

  it('asks no more than once a second, however many were', async () => {
    const check = checkOf();
    await check.start();
    asked.length = 0;
    for (let ms = 0; ms < 5_000; ms += 10) {
      check.refused('patch', 'deployments.apps');
      await pass(10);
    }
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.length).toBeLessThanOrEqual(5);
    expect([granted, log]).toEqual([0, []]);
  });

  it('asks nothing when nothing of the kind is declared', async () => {
    const check = checkOf();
    await check.start();
    check.refused('create', 'selfsubjectaccessreviews.authorization.k8s.io');
    check.refused('proxy', 'services');
    expect(clock.waits()).toEqual([]);
  });
});

it('asks for what is declared later at once, and says what prints it', async () => {
  const check = checkOf();
  await check.start();
  asked.length = 0;
  check.declared();
  rules.push(ROUTER);
  denied.add('get mesh.io splits  ');
  check.declared();
  await settled();
  expect(asked).toEqual(['get mesh.io splits  ']);
  const problem = expect.stringContaining('(npm run engine -- permissions --router mesh prints it)');
  expect([check.problems(), check.problems(true), check.problems(false)]).toEqual([[problem], [problem], []]);
});

it('says once that it cannot ask, and asks again', async () => {
  failure = refusal('forbidden');
  const check = checkOf();
  await check.start();
  await pass(10_000);
  expect(log).toEqual([expect.stringMatching(/^warn the API server does not say what the engine may do; asking again/)]);
  expect(check.problems()).toEqual([]);
  failure = null;
  denied.add('create  events  ');
  await pass(10_000);
  expect(check.problems()).toHaveLength(1);
});

describe('what needs a permission', () => {
  it('is done when it is granted', async () => {
    denied.add('get  namespaces  kube-system');
    const check = checkOf();
    await check.start();
    const done = check.whenPermitted(async () => {
      if (denied.size > 0) throw refusal('forbidden');
      return 'uid';
    });
    await pass(10_000);
    denied.clear();
    await pass(10_000);
    expect(await done).toBe('uid');
  });

  it('fails for any other reason, and when the engine stops', async () => {
    const check = checkOf();
    await expect(check.whenPermitted(() => Promise.reject(refusal('unavailable')))).rejects.toMatchObject({ kind: 'unavailable' });
    const waiting = check.whenPermitted(() => Promise.reject(refusal('forbidden'))).catch((error) => error);
    await settled();
    await check.stop();
    expect(await waiting).toMatchObject({ kind: 'forbidden' });
  });
});
