import type { KubeObject } from '@aviary/provider-contract';
import { SCALE_TO_ZERO } from './templateHash';

/** A merge patch, bound to the version of the object that it was made for. */
export type ScalePatch = { metadata: { resourceVersion?: string }; spec: Record<string, unknown> };

/**
 * How many pods a target gets when it is scaled up from zero (facts §2.11): with an autoscaler its `minReplicas`,
 * else as many as the primary has; 1 at least.
 */
export function startReplicas(primary: KubeObject | undefined, scaler: KubeObject | undefined): number {
  const wanted = scaler ? (scaler.spec?.minReplicas ?? scaler.spec?.minReplicaCount) : primary?.spec?.replicas;
  return Math.max(1, wanted ?? 1);
}

/** Whether the workload is meant to have no pods. */
export function isScaledToZero(workload: KubeObject): boolean {
  if (workload.kind === 'DaemonSet') return workload.spec?.template?.spec?.nodeSelector?.[SCALE_TO_ZERO] !== undefined;
  return workload.spec?.replicas === 0;
}

/** Takes all pods away: replicas 0, or for a DaemonSet a node selector that no node has. */
export function scaleToZeroPatch(workload: KubeObject): ScalePatch {
  return workload.kind === 'DaemonSet' ? nodeSelectorPatch(workload, 'true') : replicasPatch(workload, 0);
}

/** Brings pods back: `replicas` of a Deployment, all of a DaemonSet. */
export function scaleUpPatch(workload: KubeObject, replicas: number): ScalePatch {
  return workload.kind === 'DaemonSet' ? nodeSelectorPatch(workload, null) : replicasPatch(workload, replicas);
}

function replicasPatch(workload: KubeObject, replicas: number): ScalePatch {
  return { metadata: { resourceVersion: workload.metadata.resourceVersion }, spec: { replicas } };
}

function nodeSelectorPatch(workload: KubeObject, value: 'true' | null): ScalePatch {
  const spec = { template: { spec: { nodeSelector: { [SCALE_TO_ZERO]: value } } } };
  return { metadata: { resourceVersion: workload.metadata.resourceVersion }, spec };
}
