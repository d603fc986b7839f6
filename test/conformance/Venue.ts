import { existsSync } from 'node:fs';
import { createProviderRegistry } from '@aviary/engine';
import { attachSimulator, type KubeObject } from '@aviary/sandbox';
import { findBinaries } from '../cluster/binaries';
import { grounds, startGround } from '../harness/grounds';
import { startPrometheus } from '../harness/startPrometheus';
import { becomeServiceAccount, printPermissions, type ServiceAccount } from '../harness/serviceAccount';
import { setStage, setStageOn, type Stage } from '../harness/Stage';
import { CLUSTER_TEMPO, SANDBOX_TEMPO, seconds, type Tempo } from '../harness/Tempo';

/** A ground with everything that scenarios need on it: clients that call the services, metrics, a database. No engine yet. */
export interface Venue {
  /** As the table calls it. */
  name: string;
  /** What it is made of, with versions, in one line. */
  about: string;
  tempo: Tempo;
  stage: Stage;
  /** How many scenarios may run at once. */
  places: number;
  /** Engine settings that the ground needs. */
  engine: Record<string, unknown>;
  /** Lets simulated clients call these services, and no others. */
  traffic(calls: readonly Calls[]): Promise<void>;
  close(): Promise<void>;
}

/** Requests per second to the Services of a namespace, by name. */
export interface Calls {
  namespace: string;
  services: Record<string, number>;
}

/** What a venue is opened with. */
export interface VenueOptions {
  /** A real Prometheus answers the engine: the path of its binary, or `auto` for the one in PATH. */
  prometheus?: string;
}

/** Where scenarios are played when nobody says where. */
export function usualGrounds(): string[] {
  const binaries = findBinaries();
  if ('missing' in binaries) console.log(`not on a real control plane: ${binaries.missing}`);
  return grounds();
}

/** @param on `sandbox`, `cluster`, or the path of a kubeconfig */
export async function openVenue(on: string, options: VenueOptions = {}): Promise<Venue> {
  if (on === 'sandbox') return openSandbox(options);
  if (on === 'cluster') return attach(await startGround('cluster'), options);
  if (!existsSync(on)) throw new Error(`--on ${on}: neither "sandbox" nor "cluster", and there is no such kubeconfig`);
  return attach({ name: 'kubeconfig', kubeconfigPath: on, close: async () => {} }, options);
}

/** A sandbox of its own in this process, at high speed; at that of the wall clock when a real Prometheus scrapes it. */
async function openSandbox(options: VenueOptions): Promise<Venue> {
  const tempo = options.prometheus === undefined ? SANDBOX_TEMPO : CLUSTER_TEMPO;
  const stage = await setStage({ speed: tempo.speed });
  const ground = { name: 'sandbox', kubeconfigPath: stage.sandbox.kubeconfigPath, close: async () => {} };
  if (options.prometheus !== undefined) return attach(ground, options, stage);
  // Without a selector the sandbox's Prometheus answers at once.
  const prometheus = { name: 'prometheus', namespace: 'linkerd-viz' };
  await apply(stage, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: prometheus.namespace } },
    { apiVersion: 'v1', kind: 'Service', metadata: prometheus, spec: { ports: [{ name: 'admin', port: 9090 }] } },
  ]);
  const { client, server } = await versions(stage);
  const about = `sandbox: its own API server, says ${server}, at ${tempo.speed} times the speed; kubectl ${client}`;
  return {
    name: ground.name,
    about,
    tempo,
    stage,
    places: 4,
    engine: {},
    traffic: (calls) => apply(stage, [trafficConfig(calls)]),
    close: () => stage.close(),
  };
}

/** What a venue is made on. */
interface Attachable {
  name: string;
  kubeconfigPath: string;
  close(): Promise<void>;
}

/** A cluster at wall-clock speed: the mesh simulator goes beside it, as a client. */
async function attach(ground: Attachable, { prometheus }: VenueOptions, given?: Stage): Promise<Venue> {
  const opened: (() => Promise<void>)[] = [() => ground.close()];
  const close = async () => {
    for (const each of opened.reverse()) await each();
  };
  try {
    const stage = given ?? (await setStageOn(ground));
    opened.push(() => stage.close());
    const { client, server } = await versions(stage);
    await expectDefinitions(stage);
    const simulator = await attachSimulator({ kubeconfigPath: ground.kubeconfigPath, scrapeInterval: 500, loadTesterNamespaces: [] });
    opened.push(() => simulator.close());
    const overrides = { ...simulator.overrides };
    if (prometheus !== undefined) {
      const real = await startPrometheus({
        ...(prometheus === 'auto' ? {} : { binary: prometheus }),
        targets: [`${simulator.url}/metrics`],
      });
      opened.push(() => real.stop());
      for (const address of Object.keys(overrides)) overrides[address] = new URL(real.url).host;
    }
    opened.push(await keepTraffic(stage));
    const kind = ground.name === 'sandbox' ? 'its own API server, says' : 'Kubernetes';
    const metrics = prometheus === undefined ? '' : '; metrics from a real Prometheus';
    const account = ground.name === 'cluster' ? await serviceAccount(stage) : null;
    opened.push(async () => account?.remove());
    const rights = account === null ? '' : '; the engine under a service account with the permissions that it declares';
    return {
      name: ground.name,
      about: `${ground.name}: ${kind} ${server}, at the speed of the wall clock; kubectl ${client}${metrics}${rights}`,
      tempo: CLUSTER_TEMPO,
      stage,
      places: 20,
      engine: {
        addresses: { overrides },
        minInterval: seconds(CLUSTER_TEMPO.interval),
        ...(account && { cluster: { name: 'stage', kubeconfig: account.kubeconfigPath } }),
      },
      traffic: (calls) => apply(stage, [trafficConfig(calls)]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The engine does with what `npm run engine -- permissions` prints for every router there is, and with nothing else. */
async function serviceAccount(stage: Stage): Promise<ServiceAccount> {
  const routers = (await createProviderRegistry()).list('router').map(({ id }) => id);
  const { text } = await printPermissions(stage.settings(), '--outside', '--router', ...routers);
  return becomeServiceAccount(stage, text);
}

/** Applies objects with the real kubectl. */
export async function apply(stage: Stage, objects: readonly KubeObject[]): Promise<void> {
  await stage.apply(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
}

const TRAFFIC = { name: 'sandbox-traffic', namespace: 'kube-system' };

/** Where the mesh simulator reads who calls whom. */
function trafficConfig(calls: readonly Calls[]): KubeObject {
  const lines = calls.flatMap(({ namespace, services }) =>
    Object.entries(services).map(([service, perSecond]) => `${namespace}/${service}: ${perSecond}`),
  );
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: TRAFFIC, data: { services: lines.join('\n') } };
}

/** The cluster may outlive us: its traffic will be what it was. */
async function keepTraffic(stage: Stage): Promise<() => Promise<void>> {
  const text = await stage.kubectl('get', 'configmap', TRAFFIC.name, '-n', TRAFFIC.namespace, '-o', 'json', '--ignore-not-found');
  const { data } = text === '' ? { data: null } : JSON.parse(text);
  return async () => {
    if (data === null) await stage.kubectl('delete', 'configmap', TRAFFIC.name, '-n', TRAFFIC.namespace, '--ignore-not-found');
    else await apply(stage, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: TRAFFIC, data }]);
  };
}

async function expectDefinitions(stage: Stage): Promise<void> {
  await stage.kubectl('get', 'customresourcedefinition', 'canaries.flagger.app').catch((error: Error) => {
    throw new Error(`the cluster does not know what a Canary is; kubectl apply -f deploy/crds\n${error.message}`);
  });
}

async function versions(stage: Stage): Promise<{ client: string; server: string }> {
  const { clientVersion, serverVersion } = JSON.parse(await stage.kubectl('version', '-o', 'json'));
  return { client: clientVersion.gitVersion, server: serverVersion.gitVersion };
}
