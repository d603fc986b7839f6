import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@aviary/engine';
import { startCluster, type Cluster } from '../cluster/startCluster';
import { hasCluster } from '../harness/grounds';
import { startReceiver, type Receiver } from '../harness/Receiver';
import { becomeServiceAccount, printPermissions, type Manifest, type Rule, type ServiceAccount } from '../harness/serviceAccount';
import { setStageOn, type Stage } from '../harness/Stage';
import { until } from '../harness/until';
import { auditOf, type Audited } from './audit';
import { NAMESPACE, proxiedService, release, service, SERVICE, STEPS } from './objects';

jest.setTimeout(240_000);

const USER = 'system:serviceaccount:aviary:aviary';
const NAMESPACED_USER = `system:serviceaccount:${NAMESPACE}:aviary`;
/** Asked of the API server by everybody, and granted to everybody: no rule of ours. */
const REVIEWS = 'selfsubjectaccessreviews';

/** One verb of a printed rule. */
interface Granted {
  group: string;
  resource: string;
  verb: string;
}

(hasCluster() ? describe : describe.skip)('an engine under a service account', () => {
  let folder: string;
  let cluster: Cluster;
  let stage: Stage;
  let receiver: Receiver;
  let audit: Awaited<ReturnType<typeof auditOf>>;
  let printed: { text: string; manifests: Manifest[] };
  let account: ServiceAccount;
  let settings: Record<string, unknown>;
  let engine: Engine | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-rbac-'));
    audit = await auditOf([USER, NAMESPACED_USER], folder);
    // The admission plugin makes the real one as strict as OpenShift.
    const apiServerFlags = [...audit.flags, '--enable-admission-plugins=OwnerReferencesPermissionEnforcement'];
    [cluster, receiver] = await Promise.all([startCluster({ apiServerFlags }), startReceiver()]);
    stage = await setStageOn(cluster);
    printed = await printPermissions(stage.settings(), '--outside');
    account = await becomeServiceAccount(stage, printed.text);
    settings = { cluster: { name: 'stage', kubeconfig: account.kubeconfigPath }, minInterval: '500ms' };
    await stage.apply(service(receiver.url));
  });

  afterAll(async () => {
    await engine?.stop();
    await stage?.close();
    await receiver?.close();
    await cluster?.stop();
    await account?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async () => {
    engine = await stage.startEngine(settings);
  };
  const stop = async () => {
    await engine?.stop();
    engine = null;
  };
  const patch = (kind: string, name: string, body: string) =>
    stage.kubectl('patch', kind, name, '-n', NAMESPACE, '--type=merge', '-p', body);
  /** Containers have a merge key, which only a strategic merge knows. */
  const deploy = (name: string, tag: string) => stage.kubectl('patch', 'deployment', name, '-n', NAMESPACE, '-p', release(tag));
  const get = async (kind: string, name: string) => JSON.parse(await stage.kubectl('get', kind, name, '-n', NAMESPACE, '-o', 'json'));
  const waitForPhase = (phase: string, seconds = 60) =>
    stage.waitFor(NAMESPACE, SERVICE, phase, (row) => row.phase === phase && row.confirmed, seconds);
  const waitForVersion = (phase: string, tag: string, seconds = 60) =>
    stage.waitFor(
      NAMESPACE,
      SERVICE,
      `${phase} with ${tag}`,
      (row) => row.phase === phase && row.toVersion === tag && row.confirmed,
      seconds,
    );
  const grants = () => printed.manifests.flatMap(({ rules = [] }) => rules.flatMap(grantsIn));

  /** Replaces the printed roles by ones without some of their verbs, and waits until the API server holds to it. */
  async function revoke({ group, resource, verb }: Granted): Promise<void> {
    const narrowed = (rule: Rule) =>
      isOf(rule, { group, resource }) ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) } : rule;
    const without = ({ rules, ...manifest }: Manifest) => ({
      ...manifest,
      ...(rules && {
        rules: rules
          .flatMap(splitRule)
          .map(narrowed)
          .filter(({ verbs }) => verbs.length > 0),
      }),
    });
    await stage.apply(printed.manifests.map((manifest) => JSON.stringify(without(manifest))).join('\n---\n'));
    await waitForAnswer({ group, resource, verb }, false);
  }
  async function grant(granted: Granted): Promise<void> {
    await stage.apply(printed.text);
    await waitForAnswer(granted, true);
  }
  async function waitForAnswer({ group, resource, verb }: Granted, allowed: boolean): Promise<void> {
    const [plural, subresource] = resource.split('/');
    const { resourceNames = [] } = printed.manifests.flatMap(({ rules = [] }) => rules).find((rule) => isOf(rule, { group, resource }))!;
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: USER,
        groups: ['system:authenticated'],
        resourceAttributes: { group, resource: plural, subresource, verb, name: resourceNames[0] },
      },
    };
    const answered = await until(async () => {
      const { status } = await cluster.api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
      return status.allowed === allowed;
    }, 5_000);
    if (!answered) throw new Error(`the API server does not hold to it: ${verb} ${resource} ${allowed}`);
  }

  describe('with what is printed', () => {
    let requests: Audited[];

    it('promotes', async () => {
      await start();
      await waitForPhase('Initialized');
      await deploy(SERVICE, '1.1.0');
      await waitForVersion('Succeeded', '1.1.0');
    });

    it('rolls back', async () => {
      receiver.answer = () => 500;
      await deploy(SERVICE, '1.2.0');
      await waitForVersion('Failed', '1.2.0');
      receiver.answer = () => 200;
    });

    it('goes on after another engine', async () => {
      await deploy(SERVICE, '1.3.0');
      await stage.waitFor(NAMESPACE, SERVICE, 'the first step', (row) => row.weight >= STEPS[0] && row.confirmed);
      await stop();
      await start();
      await waitForVersion('Succeeded', '1.3.0');
    });

    it('copies configs that have changed, and the autoscaler', async () => {
      await patch('hpa', SERVICE, '{"spec":{"maxReplicas":6}}');
      await patch('configmap', 'settings', '{"data":{"COLOUR":"green"}}');
      await patch('secret', 'keys', '{"stringData":{"KEY":"two"}}');
      const { data } = await get('configmap', 'settings');
      const copied = () =>
        Promise.all([get('configmap', 'settings-primary'), get('secret', 'keys-primary'), get('hpa', `${SERVICE}-primary`)]).then(
          ([settingsCopy, keys, scaler]) =>
            settingsCopy.data.COLOUR === data.COLOUR &&
            keys.data.KEY === Buffer.from('two').toString('base64') &&
            scaler.spec.maxReplicas === 6,
        );
      expect(await until(copied, 60_000)).toBe(true);
      await waitForPhase('Succeeded');
    });

    it('sets back what somebody changed', async () => {
      await patch('service', `${SERVICE}-primary`, '{"spec":{"selector":{"app":"nothing"}}}');
      await patch(
        'trafficsplit',
        SERVICE,
        `{"spec":{"backends":[{"service":"${SERVICE}-canary","weight":50},{"service":"${SERVICE}-primary","weight":50}]}}`,
      );
      const isRight = async () => {
        const [primary, { spec }] = await Promise.all([get('service', `${SERVICE}-primary`), get('trafficsplit', SERVICE)]);
        return (
          primary.spec.selector.app === `${SERVICE}-primary` &&
          spec.backends.every(({ weight }: { weight: number }) => Number(weight) !== 50)
        );
      };
      expect(await until(isRight, 30_000)).toBe(true);
    });

    it('reaches addresses inside the cluster', async () => {
      await stage.apply(proxiedService('stock'));
      await stage.kubectl('create', 'namespace', 'linkerd-viz');
      await stage.kubectl('create', 'service', 'clusterip', 'prometheus', '-n', 'linkerd-viz', '--tcp=9090');
      await stage.waitFor(NAMESPACE, 'stock', 'Initialized', ({ phase }) => phase === 'Initialized');
      await deploy('stock', '1.1.0');
      await stage.waitFor(NAMESPACE, 'stock', 'a look without metrics', ({ reason }) =>
        /could not be reached|cannot be measured|503/.test(reason),
      );
      await stage.kubectl('delete', 'canary', 'stock', '-n', NAMESPACE);
    });

    it('lets go', async () => {
      await stage.kubectl('delete', 'canary', SERVICE, '-n', NAMESPACE, '--timeout=30s');
      await stop();
      // Whether /readyz may be read does not matter: any answer will do.
      requests = (await audit.read(USER)).filter(({ resource }) => resource !== REVIEWS && resource !== '');
      expect(requests.length).toBeGreaterThan(100);
    });

    it('is refused nothing', () => {
      expect(requests.filter(({ status }) => status === 403)).toEqual([]);
    });

    it('uses every verb that is printed, but the one that only admission asks for', () => {
      const used = new Set(requests.map(nameOf));
      expect(
        grants()
          .map(nameOf)
          .filter((each) => !used.has(each)),
      ).toEqual(['update flagger.app canaries/finalizers']);
      expect([...used].filter((each) => !grants().map(nameOf).includes(each))).toEqual([]);
    });
  });

  describe('that watches one namespace, without tracking configs', () => {
    const name = 'stock';
    let own: ServiceAccount;
    let narrow: Record<string, unknown>;

    beforeAll(async () => {
      const watching = { ...stage.settings(), configTracking: false };
      const { text, manifests } = await printPermissions({ ...watching, cluster: { namespace: NAMESPACE } });
      expect(manifests.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
      own = await becomeServiceAccount(stage, text);
      narrow = {
        cluster: { name: 'stage', kubeconfig: own.kubeconfigPath, namespace: NAMESPACE },
        addresses: { throughApiServer: false },
        configTracking: false,
        minInterval: '500ms',
      };
    });

    afterAll(() => own?.remove());

    it('promotes, is refused nothing and sees no Secret', async () => {
      engine = await stage.startEngine(narrow);
      await stage.apply(service(receiver.url, name));
      await stage.waitFor(NAMESPACE, name, 'Initialized', (row) => row.phase === 'Initialized' && row.confirmed);
      await deploy(name, '1.1.0');
      await stage.waitFor(NAMESPACE, name, 'Succeeded', (row) => row.phase === 'Succeeded' && row.confirmed);
      expect(engine.health()).toMatchObject({ ready: true, problems: [] });
      await stage.kubectl('delete', 'canary', name, '-n', NAMESPACE, '--timeout=30s');
      await stop();
      const requests = await audit.read(NAMESPACED_USER);
      expect(requests.filter(({ status }) => status === 403)).toEqual([]);
      expect(requests.filter(({ resource }) => ['secrets', 'configmaps'].includes(resource))).toEqual([]);
      expect(new Set(requests.map(({ namespace }) => namespace))).toEqual(new Set([NAMESPACE, 'kube-system', '']));
    });

    it('says which Role lacks what', async () => {
      await stage.kubectl('delete', 'role', 'aviary', '-n', NAMESPACE);
      const starting = await stage.newEngine(narrow);
      void starting.start().catch(() => {});
      const said = await until(() => starting.health().problems.find((each) => each.includes('"create", "patch" events')), 10_000);
      await starting.stop();
      expect(said).toBe(
        `may not "create", "patch" events in the namespace ${NAMESPACE}: add it to the Role (npm run engine -- permissions prints it)`,
      );
    });
  });

  describe('without one verb', () => {
    const refusedEvent = (verb: string, resource: string) =>
      new RegExp(`cannot ${verb} resource "${resource}".*npm run engine -- permissions prints it`);
    const stalled = async () =>
      (await get('canary', SERVICE)).status?.conditions?.find(({ type }: { type: string }) => type === 'Stalled') ?? null;
    const missing = ({ verb, group, resource }: Granted) => {
      const [plural, subresource] = resource.split('/');
      const kind = `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
      return `may not "${verb}" ${kind}`;
    };

    it('says which, at the start, whichever it is', async () => {
      const wrong: string[] = [];
      for (const granted of grants()) {
        await revoke(granted);
        const problems = await problemsAtStart();
        const isSaid = problems.length === 1 && problems[0].startsWith(missing(granted)) && problems[0].includes('permissions');
        if (!isSaid) wrong.push(`${nameOf(granted)}: ${JSON.stringify(problems)}`);
      }
      await stage.apply(printed.text);
      expect(wrong).toEqual([]);
    });

    it('that a step needs, the Canary says so, and goes on when it is granted', async () => {
      await start();
      await stage.apply(service(receiver.url));
      await waitForPhase('Initialized');
      const routes = { group: 'split.smi-spec.io', resource: 'trafficsplits', verb: 'update' };
      await deploy(SERVICE, '2.0.0');
      await stage.waitFor(NAMESPACE, SERVICE, 'the first step', (row) => row.weight >= STEPS[0] && row.confirmed);
      await revoke(routes);
      const { reason } = await stage.waitFor(NAMESPACE, SERVICE, 'the refusal', (row) =>
        row.reason.startsWith('Held: update trafficsplits'),
      );
      expect(reason).toMatch(refusedEvent('update', 'trafficsplits'));
      expect(await until(stalled, 5_000)).toMatchObject({ status: 'True', reason: 'NotPermitted', message: reason.slice('Held: '.length) });
      expect(await stage.kubectl('get', 'events', '-n', NAMESPACE)).toMatch(refusedEvent('update', 'trafficsplits'));
      expect(await until(() => engine!.health().problems.find((each) => each.startsWith(missing(routes))), 15_000)).toBeTruthy();
      await grant(routes);
      await waitForVersion('Succeeded', '2.0.0', 40);
      expect(engine!.health()).toMatchObject({ ready: true, problems: [] });
      expect(await until(async () => !(await stalled()), 5_000)).toBe(true);
    });

    it('that the beginning needs, the Canary says so, and begins when it is granted', async () => {
      await stage.kubectl('delete', 'canary', SERVICE, '-n', NAMESPACE, '--timeout=30s');
      await until(async () => !(await stage.kubectl('get', 'deployments', '-n', NAMESPACE)).includes(`${SERVICE}-primary`), 20_000);
      const primaries = { group: 'apps', resource: 'deployments', verb: 'create' };
      await revoke(primaries);
      await stage.apply(service(receiver.url));
      expect(await until(stalled, 20_000)).toMatchObject({
        reason: 'NotPermitted',
        message: expect.stringMatching(refusedEvent('create', 'deployments')),
      });
      await grant(primaries);
      await waitForPhase('Initialized', 40);
      await stop();
    });

    it.each([
      ['a kind that it watches', { group: '', resource: 'secrets', verb: 'list' }],
      ['the name of the cluster', { group: '', resource: 'namespaces', verb: 'get' }],
    ])('that the engine cannot begin without (%s), it waits, and begins when it is granted', async (_, granted) => {
      await revoke(granted);
      const waiting = await stage.newEngine(settings);
      let isAtWork = false;
      const started = waiting.start().then(() => (isAtWork = true));
      await until(() => waiting.health().problems.find((each) => each.startsWith(missing(granted))), 15_000);
      // Two more looks of its own.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect({ isAtWork, ready: waiting.health().ready }).toEqual({ isAtWork: false, ready: false });
      await grant(granted);
      await started;
      // What is missing is asked for every 10 s.
      expect(await until(() => waiting.health().ready, 15_000)).toBe(true);
      await waiting.stop();
    });

    /** What a new engine has to say when it has asked; it may not get to work. */
    async function problemsAtStart(): Promise<string[]> {
      const starting = await stage.newEngine(settings);
      void starting.start().catch(() => {});
      const said = await until(async () => {
        const problems = starting.health().problems.filter((each) => each.startsWith('may not'));
        return problems.length > 0 && problems;
      }, 10_000);
      await starting.stop();
      return said ?? starting.health().problems;
    }
  });
});

/** One rule for each kind of object. */
function splitRule({ apiGroups, resources, ...rule }: Rule): Rule[] {
  return apiGroups.flatMap((group) => resources.map((resource) => ({ apiGroups: [group], resources: [resource], ...rule })));
}

function isOf({ apiGroups, resources }: Rule, { group, resource }: { group: string; resource: string }): boolean {
  return apiGroups.includes(group) && resources.includes(resource);
}

function grantsIn(rule: Rule): Granted[] {
  return splitRule(rule).flatMap(({ apiGroups: [group], resources: [resource], verbs }) =>
    verbs.map((verb) => ({ group, resource, verb })),
  );
}

function nameOf({ verb, group, resource }: Granted): string {
  return `${verb} ${group} ${resource}`;
}
