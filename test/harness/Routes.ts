import type { KubeObject } from '@aviary/sandbox';
import type { SandboxStage } from './Stage';

/** A change of a TrafficSplit's weights, at a time of the sandbox's clock. */
export interface WeightChange {
  at: number;
  /** Per cent that go to the canary. */
  canary: number;
}

/** What the mesh was told and what it did: a second opinion, taken from the cluster and not from the engine. */
export interface Routes {
  /** Every change of the canary's weight since the recording began, oldest first. */
  changes: WeightChange[];
  /** The weight now. */
  canary(): number;
  /** Requests to the service that nobody could take, since the recording began. */
  lost(): number;
}

/** Records the routes of one service until the stage closes. */
export function recordRoutes({ sandbox }: SandboxStage, namespace: string, name: string): Routes {
  const { store, clock, mesh } = sandbox;
  const current = () => weightOf(store.get('split.smi-spec.io/trafficsplits', namespace, name));
  const unanswered = () =>
    mesh.counters
      .readings()
      .filter(({ labels }) => labels.direction === 'outbound' && labels.status_code === '503')
      .filter(({ labels }) => labels.dst_namespace === namespace && labels.dst_service === name)
      .filter(({ labels }) => labels.__name__ === 'response_total')
      .reduce((sum, { value }) => sum + value, 0);
  const before = unanswered();
  const changes: WeightChange[] = [];
  let last = current();
  store.subscribe(({ resource, object }) => {
    if (resource !== 'split.smi-spec.io/trafficsplits' || object.metadata.namespace !== namespace || object.metadata.name !== name) return;
    const canary = weightOf(object);
    if (canary !== last) changes.push({ at: clock.now(), canary });
    last = canary;
  });
  return { changes, canary: current, lost: () => unanswered() - before };
}

function weightOf(split: KubeObject | undefined): number {
  const backends: { service: string; weight: number | string }[] = split?.spec?.backends ?? [];
  return Number(backends.find(({ service }) => service.endsWith('-canary'))?.weight ?? 0);
}
