import type { Phase } from '../../canary/Canary';
import type { Judgement } from '../Decision';
import { decide, HOME, type Draft, type Pass } from '../Pass';
import type { Situation } from '../Situation';
import { idle, seenConfigs } from './changes';
import { newRollout } from './newRollout';

/**
 * No state, but a status: Flagger was here, or our database is new. Its word is taken for where the rollout is, the
 * routes for how much traffic moves; its hashes are not comparable with ours (facts §11.3), so that the takeover
 * itself is never a new revision. Nothing changes in the cluster by this decision.
 */
export function importState(pass: Pass, more: Pick<Draft, 'answers' | 'state'> & { reason?: string } = {}): Judgement | null {
  const { situation } = pass;
  const imported = situation.canary.importedStatus;
  const phase = imported?.phase;
  if (imported === null || !phase || phase === 'Initializing' || phase === 'Terminating' || phase === 'Terminated') {
    return null;
  }
  // Where things stand cannot be told while the target or the routes cannot be seen; saying anything would overwrite the status.
  if (!situation.target.present || situation.routes.state === 'unreadable') {
    return idle(pass);
  }
  const configs = seenConfigs(situation.configs);
  const baseline = revisions(situation, phase);
  return decide(pass, {
    kind: 'import',
    reason: more.reason ?? `Taken over in phase ${phase}; the target as it is now counts as known.`,
    phase,
    stage: 'idle',
    state: {
      promoted: { revision: baseline.promoted, version: situation.primary.version },
      appliedRevision: baseline.applied,
      lastAppliedSpec: imported.lastAppliedSpec ?? baseline.applied,
      lastPromotedSpec: imported.lastPromotedSpec ?? baseline.promoted,
      trackedConfigs: imported.trackedConfigs ?? configs,
      ...more.state,
    },
    answers: more.answers,
    ...inProgress(pass, phase),
  });
}

function revisions({ target, primary, canary }: Situation, phase: Phase): { applied: string; promoted: string } {
  const revision = target.revision ?? '';
  const imported = canary.importedStatus!;
  const isOwn = primary.revision !== null && imported.lastPromotedSpec === primary.revision;
  if (isOwn) {
    return { applied: imported.lastAppliedSpec ?? revision, promoted: primary.revision! };
  }
  const isResting = phase === 'Initialized' || phase === 'Succeeded';
  if (primary.revision !== null) {
    return { applied: isResting || phase === 'Waiting' ? primary.revision : revision, promoted: primary.revision };
  }
  // What the primary runs is not known: while nothing is going on it is what the target says.
  return { applied: phase === 'Waiting' ? '' : revision, promoted: isResting ? revision : '' };
}

function inProgress(pass: Pass, phase: Phase): Partial<Draft> {
  const { situation, spec } = pass;
  const { draws, target, routes } = situation;
  const imported = situation.canary.importedStatus!;
  const seen = routes.state === 'seen' || routes.state === 'notAccepted' ? (routes.routes ?? HOME) : HOME;
  const managed = { objects: 'managed', finalizer: spec.revertOnDeletion, routes: seen } as const;
  const rollout = {
    ...newRollout(pass, 'Succeeded'),
    weight: seen.canary,
    iterations: Math.max(0, imported.iterations ?? 0),
    failedChecks: imported.failedChecks ?? 0,
    firstTrafficAt: seen.canary > 0 || seen.mirror ? pass.now : null,
  };
  switch (phase) {
    case 'Waiting':
      return { newRollout: { ...rollout, weight: 0 }, desired: { ...managed, routes: HOME } };
    case 'Progressing':
    case 'WaitingPromotion':
      return { stage: 'analysing', newRollout: rollout, desired: { ...managed, target: 'running', targetScaler: 'running' } };
    case 'Promoting':
      return {
        stage: 'promoting',
        newRollout: rollout,
        desired: {
          ...managed,
          target: 'running',
          primary: { revision: target.revision ?? '', configs: seenConfigs(situation.configs), podId: draws.podId },
        },
      };
    case 'Finalising':
      return { stage: 'draining', newRollout: rollout, desired: { ...managed, routes: HOME, target: 'running' } };
    case 'Failed':
      return seen.canary > 0 ? failedPromotion(pass, rollout, managed) : { desired: { ...managed, routes: HOME } };
    default:
      return { desired: { ...managed, routes: HOME } };
  }
}

/** Flagger leaves a failed promotion with all traffic on the canary; its primary may still come. */
function failedPromotion(
  { situation }: Pass,
  rollout: NonNullable<Draft['newRollout']>,
  managed: NonNullable<Draft['desired']>,
): Partial<Draft> {
  const revision = situation.target.revision ?? '';
  return {
    stage: 'unhealthyPrimary',
    newRollout: { ...rollout, failedPromotion: true },
    desired: {
      ...managed,
      target: 'running',
      primary: { revision, configs: seenConfigs(situation.configs), podId: situation.primary.podId ?? situation.draws.podId },
    },
  };
}
