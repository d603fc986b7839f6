import type { KubeObject } from '@aviary/sandbox';
import { setStage, type SandboxStage } from '../../harness/Stage';
import { until } from '../../harness/until';
import { IMAGE, NAMESPACE } from './addServices';
import { openDatabaseTap, type DatabaseTap } from './DatabaseTap';
import { startEngineProcess, type EngineProcess } from './startEngineProcess';

/** Where the engine asks whether the API server is ready: every 10 s, however many Canaries there are. */
const PROBE = '/readyz';

/** A stage whose engine runs in a process of its own and talks to Postgres through a tap. */
export interface BenchStage extends Pick<SandboxStage, 'sandbox' | 'postgres'> {
  tap: DatabaseTap;
  engine: EngineProcess;
  /** The Canary as the cluster has it; asks the store and costs no request. */
  canary(name: string): KubeObject | undefined;
  /** Waits until all of them satisfy the condition. @throws Error naming those that do not after `seconds` */
  waitFor(names: readonly string[], what: string, condition: (canary: KubeObject) => boolean, seconds: number): Promise<void>;
  /** Waits until the image is promoted everywhere and the phase says so. */
  waitForPromotion(names: readonly string[], tag: string, seconds: number): Promise<void>;
  /** Sets the image as `kubectl set image` does, by one PATCH; resolves with the moment at which the server had answered. */
  setImage(name: string, tag: string): Promise<number>;
  /** Requests of the engine, watches and probes aside, since the last `forgetRequests`. */
  requests(): { verb: string; path: string }[];
  /** How often the engine has asked since then whether the API server is ready. */
  probes(): number;
  forgetRequests(): void;
  close(): Promise<void>;
}

/** Sets the stage: sandbox in this process, Postgres and engine in theirs. `prepare` fills the cluster before the engine sees it. */
export async function setBenchStage(options: { speed: number; prepare: (stage: SandboxStage) => void }): Promise<BenchStage> {
  const stage = await setStage({ speed: options.speed });
  let tap: DatabaseTap | undefined;
  try {
    options.prepare(stage);
    tap = await openDatabaseTap(stage.postgres.connectionString);
    const settings = stage.settings({ database: { connection: tap.connectionString }, listen: { host: '127.0.0.1', port: 0 } });
    return around(stage, tap, await startEngineProcess(settings));
  } catch (error) {
    await tap?.close();
    await stage.close();
    throw error;
  }
}

function around(stage: SandboxStage, tap: DatabaseTap, engine: EngineProcess): BenchStage {
  const { sandbox } = stage;
  const canary = (name: string) => sandbox.store.get('flagger.app/canaries', NAMESPACE, name);
  const asked = () =>
    sandbox.apiServer.requests.entries
      .filter(({ userAgent, verb }) => userAgent.startsWith('aviary/') && verb !== 'watch')
      .map(({ verb, path }) => ({ verb, path: path.split('?')[0] }));

  async function waitFor(
    names: readonly string[],
    what: string,
    condition: (canary: KubeObject) => boolean,
    seconds: number,
  ): Promise<void> {
    const missing = () => names.filter((name) => !condition(canary(name)!));
    if (await until(() => missing().length === 0, seconds * 1_000, 100)) return;
    const left = missing();
    const first = `the first, ${left[0]}: ${JSON.stringify(canary(left[0])?.status)}`;
    throw new Error(
      `after ${seconds} s ${left.length} of ${names.length} Canaries are not ${what}; ${first}\nthe engine:\n${engine.tail()}`,
    );
  }

  return {
    sandbox,
    postgres: stage.postgres,
    tap,
    engine,
    canary,
    waitFor,
    waitForPromotion: (names, tag, seconds) =>
      waitFor(
        names,
        `promoted to ${tag}`,
        ({ metadata, status }) => {
          const primary = sandbox.store.get('apps/deployments', NAMESPACE, `${metadata.name}-primary`);
          return status?.phase === 'Succeeded' && primary?.spec.template.spec.containers[0].image === `${IMAGE}:${tag}`;
        },
        seconds,
      ),
    async setImage(name, tag) {
      const containers = [{ name: 'podinfod', image: `${IMAGE}:${tag}` }];
      const response = await fetch(`${sandbox.url}/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}?fieldManager=kubectl-set`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/strategic-merge-patch+json', 'user-agent': 'bench' },
        body: JSON.stringify({ spec: { template: { spec: { containers } } } }),
      });
      const answeredAt = performance.now();
      if (!response.ok) throw new Error(`the sandbox refused to set the image of ${name}: ${await response.text()}`);
      await response.arrayBuffer();
      return answeredAt;
    },
    requests: () => asked().filter(({ path }) => path !== PROBE),
    probes: () => asked().filter(({ path }) => path === PROBE).length,
    forgetRequests: () => sandbox.apiServer.requests.reset(),
    async close() {
      await engine.stop();
      await tap.close();
      await stage.close();
    },
  };
}
