import { formatPercent, formatSpan, plural } from '../../analysis/formatNumber';
import type { Decision, Judgement } from '../Decision';
import { decide, HOME, isNews, normal, noticed, rolloutOf, wakeAt, warning, type Draft, type Pass } from '../Pass';
import type { RolloutProgress } from '../RolloutState';
import { dueAt } from '../timing';
import { primaryTrouble } from '../words';
import { idle, seenChange } from './changes';
import { failingForward } from './holds';
import { restart } from './start';

/** What leads to a promotion. */
export interface PromotionDraft {
  checks?: Decision['checks'];
  events?: Decision['events'];
  rollout?: Partial<RolloutProgress>;
  verdict?: Decision['verdict'];
  /** The end of the sentence `Promoting 6.0.1: …`. */
  because: string;
  answers?: Decision['answers'];
  /** Other routes than now: home, when the analysis is skipped. */
  routes?: typeof HOME;
}

/** The primary gets the revision that was analysed. Traffic stays where it is until the primary is ready. */
export function promote(pass: Pass, draft: PromotionDraft): Judgement {
  const { state, situation, names } = pass;
  const rollout = rolloutOf(pass);
  return decide(pass, {
    kind: 'promote',
    reason: `Promoting ${rollout.toVersion}: ${draft.because}.`,
    phase: 'Promoting',
    stage: 'promoting',
    desired: {
      routes: draft.routes ?? state.desired.routes,
      primary: { revision: rollout.revision, configs: state.trackedConfigs, podId: situation.draws.podId },
    },
    rollout: { ...draft.rollout, gate: null, paused: null, opened: [], ...(draft.routes ? { weight: draft.routes.canary } : {}) },
    state: { notReadySince: { ...state.notReadySince, primary: null } },
    ...(draft.verdict ? { verdict: draft.verdict } : {}),
    checks: draft.checks,
    events: [...(draft.events ?? []), normal(`Copying ${names.target} template spec to ${names.primary}`)],
    answers: draft.answers,
  });
}

/** Promoting: wait for the primary on the new revision, then bring traffic back, at once or by steps. */
export function promoting(pass: Pass): Judgement | null {
  const { state, situation } = pass;
  const isCopied = situation.primary.podId === state.desired.primary?.podId;
  if (!isCopied && seenChange(state, situation) !== 'none') {
    // The primary has not got the revision yet, and the target is another one by now (G3).
    return restart(pass);
  }
  const due = dueAt(situation);
  if (pass.confirmed && due !== null && pass.now >= due) {
    return shiftBack(pass);
  }
  return (isCopied ? null : failingForward(pass)) ?? primaryNotReady(pass) ?? canaryGone(pass) ?? wakeAt(pass, due);
}

/** Whatever happens to the primary later, what it runs now is what it is re-created from. */
function promotedState(pass: Pass): Draft['state'] {
  const { revision, toVersion } = rolloutOf(pass);
  return {
    promoted: { revision, version: toVersion },
    lastPromotedSpec: revision,
    notices: noticed(pass.state.notices, 'primary', null),
    notReadySince: { ...pass.state.notReadySince, primary: null },
  };
}

function shiftBack(pass: Pass): Judgement {
  const { state, analysis, names, situation } = pass;
  const rollout = rolloutOf(pass);
  const { canary } = state.desired.routes;
  if (rollout.skipped) {
    return succeed(pass, promotedState(pass));
  }
  const step = analysis.stepWeightPromotion;
  const rest = step > 0 && situation.abilities.weights ? Math.max(0, canary - step) : 0;
  const isDone = rest === 0;
  const events =
    step > 0 && canary > 0
      ? [normal(`Advance ${names.canary} primary weight ${100 - rest}`)]
      : situation.abilities.weights
        ? [normal('Routing all traffic to primary')]
        : [];
  return decide(pass, {
    kind: isDone ? 'finalise' : 'shift',
    reason: isDone
      ? `The primary runs ${rollout.toVersion}: all traffic is on it, the canary drains.`
      : `The primary runs ${rollout.toVersion}: ${formatPercent(100 - rest)} of traffic is on it.`,
    phase: isDone ? 'Finalising' : 'Promoting',
    stage: isDone ? 'draining' : 'shifting',
    desired: { routes: { primary: 100 - rest, canary: rest, mirror: false } },
    rollout: { weight: rest },
    state: promotedState(pass),
    events,
  });
}

/** Promoting by steps: a part of the traffic goes back every interval. */
export function shifting(pass: Pass): Judgement | null {
  const due = dueAt(pass.situation);
  return pass.confirmed && due !== null && pass.now >= due ? shiftBack(pass) : wakeAt(pass, due);
}

/** Finalising: all traffic is back and drained; the canary is scaled down and the rollout has succeeded. */
export function finalising(pass: Pass): Judgement | null {
  const due = dueAt(pass.situation);
  return pass.confirmed && due !== null && pass.now >= due ? succeed(pass, {}) : wakeAt(pass, due);
}

function succeed(pass: Pass, more: Draft['state']): Judgement {
  const rollout = rolloutOf(pass);
  return decide(pass, {
    kind: 'succeed',
    reason: `Promoted ${rollout.toVersion} after ${formatSpan(pass.now - rollout.startedAt)}: ${outcome(rollout)}.`,
    phase: 'Succeeded',
    stage: 'closing',
    desired: { routes: HOME, primary: null, target: 'zero', targetScaler: 'paused' },
    rollout: { endedAt: pass.now, weight: 0, iterations: 0 },
    state: { ...more, lastPromotedSpec: rollout.revision, lastAppliedSpec: rollout.revision },
  });
}

/** How the looks of a rollout went, for people. */
export function outcome({ skipped, looks, failedChecks }: RolloutProgress): string {
  if (skipped) {
    return 'the analysis was skipped';
  }
  return `${plural(looks, 'look')}, ${failedChecks === 0 ? 'none failed' : `${failedChecks} failed`}`;
}

/** The primary does not get ready on the new revision: told, and past the deadline the promotion has failed. */
function primaryNotReady(pass: Pass): Judgement | null {
  const { situation, state, names, spec, now } = pass;
  const isCopied = situation.primary.podId === state.desired.primary?.podId;
  const trouble = isCopied ? primaryTrouble(situation) : '';
  if (trouble === '') {
    return null;
  }
  const since = state.notReadySince.primary;
  const deadline = (since ?? now) + spec.progressDeadline;
  if (now >= deadline || situation.primary.deadlineExceeded) {
    return failPromotion(pass, trouble);
  }
  const text = `${names.primary} not ready: ${trouble}`;
  if (!isNews(pass, 'primary', text)) {
    wakeAt(pass, deadline);
    return null;
  }
  const { toVersion, weight } = rolloutOf(pass);
  return decide(pass, {
    kind: 'notice',
    reason: `Promoting ${toVersion}: the primary is not ready yet: ${trouble}; ${formatPercent(weight)} of traffic stays on the canary.`,
    events: [warning(text)],
    state: { notices: noticed(state.notices, 'primary', text), notReadySince: { ...state.notReadySince, primary: since ?? now } },
    notBefore: 'keep',
  });
}

/** The healthy canary takes all traffic and is kept; the primary is watched (engine rules §2, failed promotion). */
function failPromotion(pass: Pass, trouble: string): Judgement {
  const { situation, names, state } = pass;
  const rollout = rolloutOf(pass);
  const canServe = situation.abilities.weights && situation.endpoints.canary > 0;
  const routes = canServe ? { primary: 0, canary: 100, mirror: false } : state.desired.routes;
  return decide(pass, {
    kind: 'fail',
    reason: `Promotion of ${rollout.toVersion} failed: the primary is not ready (${trouble}). ${formatPercent(routes.canary)} of traffic stays on the canary until it is.`,
    phase: 'Failed',
    stage: 'unhealthyPrimary',
    desired: { routes },
    rollout: { failedPromotion: true, weight: routes.canary },
    events: [
      warning(`${names.primary} not ready: ${trouble}`),
      warning(`Promotion of ${names.target} failed, primary not ready: ${trouble}`),
    ],
    alerts: [{ severity: 'error', message: `Promotion failed, primary not ready: ${trouble}`, withMetadata: false }],
  });
}

/** The canary lost its endpoints while it still has traffic: what the primary can serve goes to the primary at once. */
function canaryGone(pass: Pass): Judgement | null {
  const { situation, state } = pass;
  if (!situation.abilities.weights || state.desired.routes.canary === 0) {
    return null;
  }
  if (situation.endpoints.canary > 0 || situation.endpoints.primary === 0) {
    return null;
  }
  return decide(pass, {
    kind: 'shift',
    reason: `Promoting ${rolloutOf(pass).toVersion}: the canary has no ready endpoints, so all traffic is on the primary while it updates.`,
    desired: { routes: HOME },
    rollout: { weight: 0 },
    events: [warning(`canary ${pass.names.canaryWorkload} not ready: no ready endpoints`)],
  });
}

/** After a failed promotion: when the primary is ready on the promoted revision, traffic returns and the rollout succeeds. */
export function unhealthyPrimary(pass: Pass): Judgement | null {
  const { situation, state, names } = pass;
  const due = dueAt(situation);
  const isPromoted = situation.primary.podId === state.desired.primary?.podId;
  if (isPromoted && primaryTrouble(situation) === '') {
    if (pass.confirmed && due !== null && pass.now >= due) {
      return decide(pass, {
        kind: 'finalise',
        reason: `The primary is ready on ${rolloutOf(pass).toVersion} after all: traffic returns to it.`,
        phase: 'Finalising',
        stage: 'draining',
        desired: { routes: HOME },
        rollout: { failedPromotion: false, weight: 0 },
        state: promotedState(pass),
        events: situation.abilities.weights ? [normal('Routing all traffic to primary')] : [],
      });
    }
    wakeAt(pass, due);
    return idle(pass);
  }
  const revision = situation.target.revision ?? '';
  if (revision !== rolloutOf(pass).revision && state.notices.unanalysed !== revision) {
    const text = `${names.target} changed to ${situation.target.version}, which goes live unanalysed: the primary is not ready`;
    return decide(pass, {
      kind: 'notice',
      reason: `${text}. Routes stay until the primary is ready.`,
      events: [warning(text)],
      alerts: [{ severity: 'error', message: text, withMetadata: false }],
      state: { notices: noticed(state.notices, 'unanalysed', revision) },
      notBefore: 'keep',
    });
  }
  return null;
}
