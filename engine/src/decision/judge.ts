import { blankState } from './blankState';
import type { Judgement } from './Decision';
import { beginPass, HOME, rolloutOf, type Pass, type Rule } from './Pass';
import type { Answer } from './Question';
import { idle } from './rules/changes';
import { closeFailedPromotion, closing } from './rules/closing';
import { commands } from './rules/commands';
import { deletion } from './rules/deletion';
import * as holds from './rules/holds';
import { importState } from './rules/importState';
import { initialise } from './rules/initialise';
import { look } from './rules/look';
import { finalising, promote, promoting, shifting, unhealthyPrimary } from './rules/promotion';
import { cancelWhileWaiting, readiness, scaledUp } from './rules/readiness';
import { finishRollback } from './rules/rollback';
import { detectChange, restart, waiting } from './rules/start';
import type { Situation } from './Situation';

/**
 * What to do about one Canary now: ask these questions first, record this decision, or nothing until `wakeAt`.
 *
 * Pure: no clock, no randomness, no I/O. Called after every change and at every `wakeAt`; whether a look is due
 * follows from state and time alone. The answers so far are its only memory within a pass: call again with the old
 * answers and the new ones until it stops asking (engine rules §1).
 */
export function judge(situation: Situation, answers: readonly Answer[]): Judgement {
  const pass = beginPass(situation, situation.state ?? blankState(situation.now, situation.fencesAhead), answers);
  for (const rule of RULES) {
    const judgement = rule(pass);
    if (judgement !== null) {
      return judgement;
    }
  }
  return idle(pass);
}

/** In order: who may act at all, what people said, what is wrong, then where the rollout is. The first that answers wins. */
const RULES: readonly Rule[] = [
  takeOver,
  adoptFirst,
  holds.drivenByAnother,
  holds.stateBehind,
  deletion,
  commands,
  holds.suspended,
  holds.tellProblems,
  holds.tellFailingActions,
  holds.foreignObjects,
  holds.finalizerFollows,
  holds.drift,
  byStage,
];

function takeOver(pass: Pass): Judgement | null {
  const { deleting } = pass.situation.canary;
  const isNew = pass.state.stage === 'initialising' && pass.state.desired.objects === 'untouched';
  return isNew && !deleting ? importState(pass) : null;
}

/** `adopt` is the one command that is heard while another engine seems to drive. */
function adoptFirst(pass: Pass): Judgement | null {
  return pass.situation.commands[0]?.type === 'adopt' ? commands(pass) : null;
}

function byStage(pass: Pass): Judgement | null {
  const blocked = holds.blockers(pass.situation).length > 0;
  switch (pass.state.stage) {
    case 'initialising':
      return blocked ? idle(pass) : initialise(pass);
    case 'draining':
      return pass.state.phase === 'Initializing' ? initialise(pass) : finalising(pass);
    case 'idle':
      if (blocked) {
        return idle(pass);
      }
      return pass.state.phase === 'Waiting' ? waiting(pass) : detectChange(pass);
    case 'scalingUp':
    case 'settling':
    case 'analysing':
      return progressing(pass, blocked);
    case 'promoting':
      return holds.routesNotAccepted(pass) ?? promoting(pass);
    case 'shifting':
      return shifting(pass);
    case 'rollingBack':
      return finishRollback(pass);
    case 'unhealthyPrimary':
      return unhealthyPrimary(pass) ?? closeFailedPromotion(pass);
    case 'closing':
      return (blocked ? null : detectChange(pass)) ?? closing(pass);
    default:
      return null;
  }
}

/** The analysis: what makes it safer comes first, then whatever holds it, then the look. */
function progressing(pass: Pass, blocked: boolean): Judgement | null {
  const safer = holds.failingForward(pass) ?? restart(pass) ?? cancelWhileWaiting(pass) ?? readiness(pass) ?? holds.routesNotAccepted(pass);
  if (safer !== null) {
    return safer;
  }
  if (blocked || rolloutOf(pass).paused !== null) {
    return idle(pass);
  }
  if (pass.spec.skipAnalysis) {
    return pass.confirmed ? promote(pass, { because: 'the analysis is skipped', rollout: { skipped: true }, routes: HOME }) : null;
  }
  return pass.state.stage === 'scalingUp' ? scaledUp(pass) : look(pass);
}
