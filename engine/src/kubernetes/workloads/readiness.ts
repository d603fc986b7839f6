import type { KubeObject } from '@aviary/provider-contract';

/** Whether a workload runs what its spec says. */
export interface Readiness {
  ready: boolean;
  /** Why not, in Flagger's words (facts §2.6); empty when ready. */
  reason: string;
  /** The Deployment's own progress deadline is exceeded; waiting longer is useless. */
  deadlineExceeded: boolean;
}

/** How much must be available, and what was written last. */
export interface ReadinessOptions {
  /** Percent of the updated pods that must be available. */
  readyThreshold: number;
  /** The generation that our last write returned: a cached object from before it is never ready. */
  writtenGeneration?: number;
}

const READY: Readiness = { ready: true, reason: '', deadlineExceeded: false };

/** The readiness of a Deployment or DaemonSet by its status (facts §2.6). Zero replicas are ready. */
export function readiness(workload: KubeObject, options: ReadinessOptions): Readiness {
  const daemonSet = workload.kind === 'DaemonSet';
  const generation = workload.metadata.generation ?? 0;
  const observed = workload.status?.observedGeneration ?? 0;
  if (observed < generation || generation < (options.writtenGeneration ?? 0)) {
    return waiting(`observed ${daemonSet ? 'daemonset' : 'deployment'} generation less than desired generation`);
  }
  return daemonSet ? daemonSetReadiness(workload, options.readyThreshold) : deploymentReadiness(workload, options.readyThreshold);
}

function deploymentReadiness(deployment: KubeObject, readyThreshold: number): Readiness {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = deployment.status ?? {};
  const wanted: number = deployment.spec?.replicas ?? 1;
  const progressing = conditions.find((condition: { type: string }) => condition.type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    const reason = `deployment "${deployment.metadata.name}" exceeded its progress deadline`;
    return { ready: false, reason, deadlineExceeded: true };
  }
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
  const needed = share(updatedReplicas, readyThreshold);
  if (availableReplicas < needed) {
    return waiting(`${availableReplicas} of ${needed} (readyThreshold ${readyThreshold}%) updated replicas are available`);
  }
  return READY;
}

function daemonSetReadiness(daemonSet: KubeObject, readyThreshold: number): Readiness {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = daemonSet.status ?? {};
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(`${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  }
  const needed = share(desiredNumberScheduled, readyThreshold);
  if (numberAvailable < needed) {
    return waiting(`${numberAvailable} of ${needed} (readyThreshold ${readyThreshold}%) updated pods are available`);
  }
  return READY;
}

/** In 32-bit floats and rounded down, as Flagger does: 29 % of 100 pods are 29 and not 28. */
function share(pods: number, percent: number): number {
  return Math.trunc(Math.fround(pods * Math.fround(percent / 100)));
}

function waiting(what: string): Readiness {
  return { ready: false, reason: `waiting for rollout to finish: ${what}`, deadlineExceeded: false };
}
