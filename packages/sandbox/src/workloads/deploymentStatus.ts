import type { KubeObject } from '../apiserver/ObjectStore';
import type { Limits } from './rolloutPlan';
import { timestamp } from './timestamp';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

interface Situation {
  deployment: KubeObject;
  /** All its ReplicaSets. */
  sets: KubeObject[];
  /** The one of the present template. */
  fresh: KubeObject | undefined;
  /** Whether `fresh` was made just now. */
  created: boolean;
  limits: Limits;
  /** Milliseconds since the epoch. */
  now: number;
}

interface Counts {
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  unavailableReplicas: number;
}

/**
 * The status a Deployment controller reports: counts and the conditions Available and Progressing, with the reasons, messages and
 * times of the real one. `checkAgainAt` (milliseconds since the epoch) is when the progress deadline will have passed.
 */
export function deploymentStatus(situation: Situation): { status: Record<string, unknown>; checkAgainAt?: number } {
  const { deployment, now } = situation;
  const counts = count(situation);
  const before: Condition[] = deployment.status?.conditions ?? [];
  const available = conditionOf(before, 'Available', availability(counts, situation.limits), now);
  const progressBefore = before.find(({ type }) => type === 'Progressing');
  const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  const progressing = progress(situation, counts, progressBefore, deadline);
  const failing = failure(situation, before);
  const conditions = inOrder([available, ...(failing ? [failing] : []), ...(progressing ? [progressing] : [])], before);
  const terminatingReplicas = situation.sets.reduce((total, set) => total + (set.status?.terminatingReplicas ?? 0), 0);
  const status = { observedGeneration: deployment.metadata.generation, ...nonZero(counts), terminatingReplicas, conditions };
  const waits = progressing && progressing.reason !== 'NewReplicaSetAvailable' && progressing.reason !== 'ProgressDeadlineExceeded';
  return { status, ...(waits ? { checkAgainAt: Date.parse(progressing.lastUpdateTime) + deadline + 1000 } : {}) };
}

/** A condition that is renewed goes to the end, as the real controller has it. */
function inOrder(conditions: Condition[], before: Condition[]): Condition[] {
  const [stayed, renewed] = [before.filter((one) => conditions.includes(one)), conditions.filter((one) => !before.includes(one))];
  return [...stayed, ...renewed];
}

function count({ sets, fresh }: Situation): Counts {
  const sum = (read: (set: KubeObject) => number | undefined) => sets.reduce((total, set) => total + (read(set) ?? 0), 0);
  const availableReplicas = sum((set) => set.status?.availableReplicas);
  return {
    replicas: sum((set) => set.status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum((set) => set.spec.replicas) - availableReplicas),
  };
}

function nonZero(counts: Counts): Partial<Counts> {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

function availability(
  { availableReplicas }: Counts,
  { desired, unavailable }: Limits,
): { status: string; reason: string; message: string } {
  return availableReplicas >= desired - unavailable
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : { status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' };
}

function conditionOf(
  before: Condition[],
  type: string,
  wanted: { status: string; reason: string; message: string },
  now: number,
): Condition {
  const old = before.find((condition) => condition.type === type);
  // The real controller leaves a condition alone as long as status and reason stay.
  if (old && old.status === wanted.status && old.reason === wanted.reason) return old;
  return {
    type,
    status: wanted.status,
    lastUpdateTime: timestamp(now),
    lastTransitionTime: old?.status === wanted.status ? old.lastTransitionTime : timestamp(now),
    reason: wanted.reason,
    message: wanted.message,
  };
}

/** That pods are refused, as the new ReplicaSet says it, or else another one. */
function failure({ sets, fresh, now }: Situation, before: Condition[]): Condition | undefined {
  const all: Condition[] = [...(fresh ? [fresh] : []), ...sets].flatMap((set) => set.status?.conditions ?? []);
  const found = all.find(({ type }) => type === 'ReplicaFailure');
  return found && conditionOf(before, 'ReplicaFailure', found, now);
}

function progress(situation: Situation, counts: Counts, before: Condition | undefined, deadline: number): Condition | undefined {
  const { deployment, fresh, created, limits, now } = situation;
  const name = fresh?.metadata.name ?? deployment.metadata.name;
  const renewed = (status: string, reason: string, message: string): Condition => ({
    type: 'Progressing',
    status,
    lastUpdateTime: timestamp(now),
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(now),
    reason,
    message,
  });
  if (created) return renewed('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`);
  if (!before) return fresh ? renewed('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`) : undefined;
  const settled = counts.replicas === counts.updatedReplicas && before.reason === 'NewReplicaSetAvailable';
  if (settled) return before;
  const complete = [counts.updatedReplicas, counts.replicas, counts.availableReplicas].every((number) => number === limits.desired);
  if (complete) return renewed('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  if (hasProgressed(counts, deployment.status ?? {})) return renewed('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
  const late = !deployment.spec.paused && now > Date.parse(before.lastUpdateTime) + deadline;
  if (late && before.reason !== 'ProgressDeadlineExceeded') {
    return renewed('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
  }
  return before;
}

function hasProgressed(counts: Counts, before: Partial<Counts>): boolean {
  const oldNow = counts.replicas - counts.updatedReplicas;
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (before.updatedReplicas ?? 0) ||
    oldNow < oldBefore ||
    counts.readyReplicas > (before.readyReplicas ?? 0) ||
    counts.availableReplicas > (before.availableReplicas ?? 0)
  );
}
