import type { Routes } from '@aviary/provider-contract';
import type { Action, Convergence } from './Action';
import { mayPromote, mayRoute, mayScaleDown, mayScaleUp } from './guards';
import type { Desired } from './RolloutState';
import type { ManagedObject, Situation } from './Situation';

/** One group of actions, tried together; the next group waits until this one shows in the world. */
interface Group {
  actions: Action[];
  /** Why the group is not confirmed although there is nothing to do about it. */
  waiting: string | null;
}

/**
 * What must be done to make the world as desired: pure, derived afresh each time, in a fixed order of groups
 * (engine rules §2): what must exist → capacity up → traffic → capacity down → removal. Traffic going home waits
 * for nothing but its own guard.
 */
export function converge(desired: Desired, situation: Situation): Convergence {
  if (desired.objects === 'untouched') {
    return { actions: [], confirmed: true, waiting: null };
  }
  const held = heldBy(situation);
  if (held !== null) {
    return { actions: [], confirmed: false, waiting: held };
  }
  const groups =
    desired.objects === 'reverted'
      ? [capacityUp(desired, situation), readyTarget(situation), removal(situation)]
      : managedGroups(desired, situation);
  for (const { actions, waiting } of groups) {
    if (actions.length > 0 || waiting !== null) {
      return { actions, confirmed: false, waiting };
    }
  }
  return { actions: [], confirmed: true, waiting: null };
}

/** Why nothing is touched, not even to repair it: somebody else drives, or a person said so. */
function heldBy({ canary, state, fencesAhead }: Situation): string | null {
  if (state !== null && fencesAhead.length > 0) {
    return 'the cluster is ahead of the database';
  }
  if (canary.drivenByAnother !== null) {
    return canary.drivenByAnother;
  }
  const isOrdered = canary.deleting || state?.stage === 'rollingBack';
  return canary.spec.suspend && !isOrdered ? 'the Canary is suspended' : null;
}

function managedGroups(desired: Desired, situation: Situation): Group[] {
  const traffic = [apex(situation), routes(desired.routes, situation)];
  const existence = [services(desired, situation), primary(desired, situation)];
  const order = situation.abilities.routesBeforeWorkload
    ? [services(desired, situation), ...traffic, primary(desired, situation)]
    : [...existence, capacityUp(desired, situation), readyPrimary(desired, situation), ...traffic];
  const tail = situation.abilities.routesBeforeWorkload
    ? [capacityUp(desired, situation), readyPrimary(desired, situation), capacityDown(desired, situation)]
    : [capacityDown(desired, situation)];
  return isRescue(desired, situation) ? [routes(desired.routes, situation), ...order, ...tail] : [...order, ...tail];
}

/** Whether the desired routes take traffic off the canary, or off a primary that is being replaced: a way back to safety. */
function isRescue({ routes: wanted, primary: replaced }: Desired, { routes: seen, abilities }: Situation): boolean {
  if (!abilities.weights || seen.state === 'absent' || seen.state === 'unreadable' || seen.routes === undefined) {
    return false;
  }
  const { primary: onPrimary, canary: onCanary, mirror } = seen.routes;
  return wanted.canary < onCanary || (mirror && !wanted.mirror && wanted.canary === 0) || (replaced !== null && wanted.primary < onPrimary);
}

function services(desired: Desired, situation: Situation): Group {
  const group: Group = { actions: [], waiting: null };
  const { state } = situation.objects.finalizer;
  if (desired.finalizer && state === 'absent') {
    group.actions.push({ key: 'addFinalizer', direction: 'forward', type: 'addFinalizer' });
  } else if (!desired.finalizer && state === 'matching') {
    group.actions.push({ key: 'removeFinalizer', direction: 'forward', type: 'removeFinalizer' });
  }
  ensure('canaryService', group, situation);
  ensure('primaryService', group, situation);
  return group;
}

/** With a fault in the Canary what is written from its spec stays as it is: the part that could be read may be wrong. */
function ensure(object: ManagedObject, group: Group, { objects, problems }: Situation): void {
  const seen = objects[object];
  const isInvalid = problems.some(({ kind }) => kind === 'misconfigured' || kind === 'unsupported');
  if (isInvalid) {
    return;
  }
  if (seen.state === 'absent' || seen.state === 'differs') {
    group.actions.push({ key: `ensure:${object}`, direction: 'forward', type: 'ensure', object });
  } else if (seen.state === 'foreign') {
    group.waiting = `${OBJECT_NAMES[object]} belongs to ${seen.owner}`;
  }
}

const OBJECT_NAMES: Record<ManagedObject, string> = {
  canaryService: 'the canary service',
  primaryService: 'the primary service',
  apexService: 'the apex service',
  primaryScaler: 'the primary scaler',
  finalizer: 'the finalizer',
};

function primary(desired: Desired, situation: Situation): Group {
  const group: Group = { actions: [], waiting: null };
  const { primary: seen } = situation;
  const wanted = desired.primary;
  if (!seen.present) {
    createPrimary(desired, situation, group);
  } else if (wanted !== null && seen.podId !== wanted.podId) {
    const guard = mayPromote(wanted, situation);
    if (guard.allowed) {
      group.actions.push({ key: `promote:${wanted.revision}`, direction: 'forward', type: 'promote', ...idOf(wanted) });
    } else {
      group.waiting = guard.why;
    }
  }
  if (group.waiting === null && (seen.present || group.actions.length > 0)) {
    scaler(desired, situation, group);
  }
  return group;
}

function idOf({ revision, podId }: { revision: string; podId: string }): { revision: string; podId: string } {
  return { revision, podId };
}

/** A primary that vanished comes back from the promoted template, never from a target that nobody analysed. */
function createPrimary({ primary: wanted }: Desired, situation: Situation, group: Group): void {
  const { promoted } = situation.state ?? { promoted: null };
  if (wanted !== null) {
    const guard = mayPromote(wanted, situation);
    if (guard.allowed) {
      group.actions.push({ key: `createPrimary:${wanted.revision}`, direction: 'forward', type: 'createPrimary', ...idOf(wanted) });
      return;
    }
    if (promoted === null) {
      group.waiting = guard.why;
      return;
    }
  }
  if (promoted === null) {
    group.waiting = 'the primary does not exist, and nothing was promoted yet that it could be made from';
    return;
  }
  group.actions.push({
    key: `createPrimary:${promoted.revision}`,
    direction: 'backward',
    type: 'createPrimary',
    revision: promoted.revision,
    podId: situation.draws.podId,
  });
}

/** The primary scaler is made when missing; what a person changed in it stays until the next promotion (facts §2.12). */
function scaler(desired: Desired, situation: Situation, group: Group): void {
  const { state } = situation.objects.primaryScaler;
  if (state === 'absent' || state === 'foreign' || (state === 'differs' && desired.primary !== null)) {
    ensure('primaryScaler', group, situation);
  }
}

function readyPrimary({ primary: wanted }: Desired, { primary: seen, endpoints }: Situation): Group {
  if (wanted === null || (seen.ready && endpoints.primary > 0)) {
    return { actions: [], waiting: null };
  }
  return { actions: [], waiting: seen.ready ? 'the primary has no ready endpoints' : `the primary is not ready: ${seen.notReadyReason}` };
}

function capacityUp(desired: Desired, situation: Situation): Group {
  const group: Group = { actions: [], waiting: null };
  if (desired.targetScaler === 'running' && scalerIs(situation, 'paused')) {
    group.actions.push({ key: 'resumeScaler', direction: 'forward', type: 'resumeScaler' });
  }
  if (desired.target === 'running' && situation.target.replicas === 0) {
    const guard = mayScaleUp(situation);
    if (guard.allowed) {
      group.actions.push({ key: 'scaleUp', direction: 'forward', type: 'scaleUp' });
    } else {
      group.waiting = guard.why;
    }
  }
  return group;
}

/** Only KEDA is paused; an HPA rests by itself while its target has no replicas (facts §2.11). */
function scalerIs({ targetScaler, canary }: Situation, state: 'paused' | 'running'): boolean {
  const isPausable = targetScaler !== null && targetScaler.present && canary.spec.autoscalerRef?.kind === 'ScaledObject';
  return isPausable && targetScaler.paused === (state === 'paused');
}

/** The apex service leads to the primary for as long as the Canary lives. */
function apex(situation: Situation): Group {
  const group: Group = { actions: [], waiting: null };
  ensure('apexService', group, situation);
  const guard = mayRoute({ primary: 100, canary: 0 }, situation);
  return group.actions.length > 0 && !guard.allowed ? { actions: [], waiting: guard.why } : group;
}

function routes(wanted: Routes, situation: Situation): Group {
  const { routes: seen, abilities } = situation;
  if (seen.state === 'unreadable') {
    return { actions: [], waiting: seen.reason };
  }
  if (!abilities.weights) {
    return { actions: [], waiting: null };
  }
  const current = seen.state === 'absent' ? undefined : seen.routes;
  const isRight = current !== undefined && sameRoutes(current, wanted);
  if (isRight && seen.state === 'notAccepted') {
    return { actions: [], waiting: seen.reason };
  }
  if (isRight && seen.state === 'seen' && seen.intact) {
    return { actions: [], waiting: null };
  }
  const guard = mayRoute(wanted, situation);
  if (!guard.allowed) {
    return { actions: [], waiting: guard.why };
  }
  const direction = wanted.canary === 0 || (current !== undefined && wanted.canary < current.canary) ? 'backward' : 'forward';
  return { actions: [{ key: `setRoutes:${wanted.canary}`, direction, type: 'setRoutes', routes: wanted }], waiting: null };
}

/** Whether two splits are the same. */
export function sameRoutes(a: Routes, b: Routes): boolean {
  return a.primary === b.primary && a.canary === b.canary && a.mirror === b.mirror;
}

function capacityDown(desired: Desired, situation: Situation): Group {
  const group: Group = { actions: [], waiting: null };
  // Once it was seen at zero, replicas of the idle target are a person's business (R8).
  if (desired.target !== 'zero' || situation.confirmedAt !== null) {
    return group;
  }
  const pauses = desired.targetScaler === 'paused' && scalerIs(situation, 'running');
  const scales = situation.target.present && situation.target.replicas > 0;
  if (!pauses && !scales) {
    return group;
  }
  const guard = mayScaleDown(situation);
  if (!guard.allowed) {
    return { actions: [], waiting: guard.why };
  }
  if (pauses) {
    group.actions.push({ key: 'pauseScaler', direction: 'backward', type: 'pauseScaler' });
  }
  if (scales) {
    group.actions.push({ key: 'scaleToZero', direction: 'backward', type: 'scaleToZero' });
  }
  return group;
}

function readyTarget({ target, endpoints }: Situation): Group {
  if (!target.present || (target.ready && endpoints.canary > 0)) {
    return { actions: [], waiting: null };
  }
  return { actions: [], waiting: `the target is not ready: ${target.notReadyReason || 'it has no ready endpoints'}` };
}

/** Handing everything back: one after the other, the finalizer last, so that a failure keeps the Canary until the next try. */
function removal({ objects, routes: seen }: Situation): Group {
  if (objects.finalizer.state !== 'matching') {
    return { actions: [], waiting: null };
  }
  const actions: Action[] = [];
  if (objects.apexService.state === 'matching' || objects.apexService.state === 'differs') {
    actions.push({ key: 'restore:apexService', direction: 'backward', type: 'restore', object: 'apexService' });
  }
  if (seen.state !== 'absent') {
    actions.push({ key: 'restore:routes', direction: 'backward', type: 'restore', object: 'routes' });
  }
  actions.push({ key: 'removeFinalizer', direction: 'backward', type: 'removeFinalizer' });
  return { actions, waiting: null };
}
