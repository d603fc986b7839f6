import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../../cluster/startCluster';
import { processUsage, type Usage } from '../setting/processUsage';
import { canaryOf, deploymentOf } from '../setting/serviceObjects';
import { until } from '../../harness/until';
import { CanaryWatch } from './CanaryWatch';
import { createMeasuredUser } from './createMeasuredUser';
import { eachAtOnce } from './eachAtOnce';
import { KubeApi } from './KubeApi';
import { readRequestCounts, type RequestCounts } from './readRequestCounts';

/** Namespace of all services of the comparison. */
export const NAMESPACE = 'bench';
export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const CANARIES = `/apis/flagger.app/v1beta1/namespaces/${NAMESPACE}/canaries`;
/** With one per cent each interval a rollout lasts a quarter of an hour, long enough to be measured; a rollback takes two failed looks. */
const ANALYSIS = { interval: '10s', stepWeight: 1, maxWeight: 100, threshold: 2 };
/** How many objects are written at once. */
const WRITERS = 8;
const SECONDS_PER_CANARY = 0.5;

/** A new control plane with services that wait for a system. */
export interface Ground {
  names: readonly string[];
  api: KubeApi;
  watch: CanaryWatch;
  /** Kubeconfig file of the user whose requests are counted. */
  kubeconfig: string;
  /** Requests of that user so far, as the API server counts them. */
  requests(): Promise<RequestCounts>;
  /** What the API server's process has used. */
  apiServer(): Usage;
  close(): Promise<void>;
}

/** Starts a control plane of its own with `count` Deployments that are available and their Canaries. */
export async function setGround(count: number): Promise<Ground> {
  const cluster = await startCluster();
  const folder = await mkdtemp(join(tmpdir(), 'aviary-compare-'));
  const api = new KubeApi(cluster.kubeconfigFor('admin'));
  const close = async () => {
    api.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await createMeasuredUser(api, cluster), { mode: 0o600 });
    const names = await addServices(api, count);
    return {
      names,
      api,
      watch: new CanaryWatch(api, NAMESPACE),
      kubeconfig,
      requests: async () => readRequestCounts(await api.text('/metrics')),
      apiServer: () => processUsage(cluster.apiServers[0].pid!),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addServices(api: KubeApi, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `service-${String(index).padStart(4, '0')}`);
  await api.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await eachAtOnce(names, WRITERS, async (name) => {
    await api.create(DEPLOYMENTS, deploymentOf(NAMESPACE, name));
    await api.create(CANARIES, canaryOf(NAMESPACE, name, { analysis: ANALYSIS, checks: true }));
  });
  const available = await until(
    async () => {
      const { items } = await api.get(DEPLOYMENTS);
      return items.every(({ status }: { status?: { availableReplicas?: number } }) => status?.availableReplicas === 1);
    },
    60_000 + count * SECONDS_PER_CANARY * 1_000,
    1_000,
  );
  if (!available) throw new Error(`the Deployments of ${count} services did not become available`);
  return names;
}
