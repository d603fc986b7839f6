import type { Judgement } from '../Decision';
import { decide, normal, type Pass } from '../Pass';
import { idle } from './changes';

/**
 * The Canary is being deleted. With our finalizer everything is handed back first: the target serves again, the apex
 * service and the routes are restored (facts §2.9). Without it nothing is ours to do.
 */
export function deletion(pass: Pass): Judgement | null {
  const { situation, state, names } = pass;
  if (!situation.canary.deleting) {
    return null;
  }
  const isOurs = situation.objects.finalizer.state === 'matching';
  if (state.stage !== 'terminating') {
    return decide(pass, {
      kind: 'terminate',
      reason: isOurs ? 'Deleted: the target takes over again, then everything else is handed back.' : 'Deleted.',
      phase: 'Terminating',
      stage: 'terminating',
      desired: isOurs
        ? { primary: null, target: 'running', targetScaler: 'running', objects: 'reverted', finalizer: false }
        : { primary: null, target: 'untouched', objects: 'untouched' },
      ...(state.rollout === null ? {} : { rollout: { endedAt: state.rollout.endedAt ?? pass.now, gate: null } }),
      events: isOurs ? [normal(`Terminating canary ${names.canary}`)] : [],
    });
  }
  if (state.desired.objects === 'reverted' && pass.confirmed) {
    return decide(pass, {
      kind: 'terminate',
      reason: 'Deleted: everything was handed back.',
      phase: 'Terminated',
      desired: { objects: 'untouched' },
      events: [normal(`Terminated canary ${names.canary}`)],
    });
  }
  return idle(pass);
}
