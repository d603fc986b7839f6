import { formatSpan } from '../../analysis/formatNumber';
import type { Judgement } from '../Decision';
import { decide, isNews, noticed, rolloutOf, wakeAt, warning, type Pass } from '../Pass';
import { dueAt, settleTime } from '../timing';
import { primaryTrouble, targetTrouble } from '../words';
import { idle } from './changes';
import { manualRollback, rollBack, whereabouts } from './rollback';

/**
 * Whether both versions can serve, before anything moves forward (facts §2.6, R6). Not ready: told on entry and on
 * change of text; past the deadline, counted from our own first sight, the rollout goes back.
 * Null: both ready. An idle answer: wait.
 */
export function readiness(pass: Pass): Judgement | null {
  return targetReadiness(pass) ?? primaryReadiness(pass) ?? recovered(pass);
}

/**
 * Rollback hooks are heard also while nothing can be measured: a canary that never gets ready can be cancelled.
 * They are polled every interval. Null: not yet time, or nobody to ask.
 */
export function cancelWhileWaiting(pass: Pass): Judgement | null {
  const { state, situation, analysis, now } = pass;
  const trouble = targetTrouble(situation) || primaryTrouble(situation);
  const isLooking = state.stage !== 'scalingUp' && trouble === '';
  if (isLooking || !analysis.webhooks.some(({ type }) => type === 'rollback')) {
    return null;
  }
  const first = state.notBefore ?? (situation.confirmedAt ?? state.lastTransitionAt) + analysis.interval;
  const pollAt = Math.max(first, situation.polledAt === null ? 0 : situation.polledAt + analysis.interval);
  if (now < pollAt) {
    return wakeAt(pass, pollAt);
  }
  return manualRollback(pass) ?? wakeAt(pass, now + analysis.interval);
}

function targetReadiness(pass: Pass): Judgement | null {
  const { situation, state, names, spec, now } = pass;
  const trouble = targetTrouble(situation);
  if (trouble === '') {
    return null;
  }
  const since = state.notReadySince.target;
  const isStarting = situation.target.present && situation.target.replicas === 0;
  const deadline = since === null ? now + spec.progressDeadline : since + spec.progressDeadline;
  if (now >= deadline || (situation.target.deadlineExceeded && !isStarting)) {
    const exceeded = `deployment "${spec.targetRef.name}" exceeded its progress deadline`;
    return rollBack(pass, {
      cause: 'notReady',
      why: `the canary was not ready after ${formatSpan(now - (since ?? now))}: ${trouble}.${noFailure(pass)}`,
      events: [
        warning(`canary ${names.canaryWorkload} not ready: ${exceeded}`),
        warning(`Rolling back ${names.canary} progress deadline exceeded ${exceeded}`),
      ],
      alerts: [{ severity: 'error', message: `Progress deadline exceeded ${exceeded}`, withMetadata: false }],
    });
  }
  const text = `canary ${names.canaryWorkload} not ready: ${trouble}`;
  // Not yet scaled up by us, or endpoints about to follow their pods: nothing to tell.
  if (!isNews(pass, 'target', text) || (since !== null && (isStarting || situation.target.ready))) {
    wakeAt(pass, deadline);
    return idle(pass);
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Waiting at ${whereabouts(pass)}: the canary is not ready: ${trouble}.`,
    events: [warning(text)],
    state: { notices: noticed(state.notices, 'target', text), notReadySince: { ...state.notReadySince, target: since ?? now } },
    notBefore: 'keep',
  });
}

function noFailure(pass: Pass): string {
  return rolloutOf(pass).failedChecks === 0 ? ' No check had failed.' : '';
}

/** A primary that cannot serve stops everything; it is never a rollback target while it has no endpoints. */
function primaryReadiness(pass: Pass): Judgement | null {
  const { situation, state, names, spec, now } = pass;
  const trouble = spec.skipAnalysis ? '' : primaryTrouble(situation);
  if (trouble === '') {
    return null;
  }
  const since = state.notReadySince.primary;
  const deadline = (since ?? now) + spec.progressDeadline;
  if ((now >= deadline || situation.primary.deadlineExceeded) && situation.endpoints.primary > 0) {
    return rollBack(pass, {
      cause: 'notReady',
      why: `the primary was not ready after ${formatSpan(now - (since ?? now))}: ${trouble}.`,
      events: [warning(`${names.primary} not ready: ${trouble}`)],
      alerts: [{ severity: 'error', message: `Progress deadline exceeded ${trouble}`, withMetadata: false }],
    });
  }
  const text = `${names.primary} not ready: ${trouble}`;
  if (!isNews(pass, 'primary', text)) {
    wakeAt(pass, deadline);
    return idle(pass);
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Waiting at ${whereabouts(pass)}: the primary is not ready: ${trouble}.`,
    events: [warning(text)],
    state: { notices: noticed(state.notices, 'primary', text), notReadySince: { ...state.notReadySince, primary: since ?? now } },
    notBefore: 'keep',
  });
}

/** Both are ready again in mid-analysis: the next look keeps its time, but not before they have settled. */
function recovered(pass: Pass): Judgement | null {
  const { state, situation, analysis, now } = pass;
  const { target, primary } = state.notReadySince;
  if (state.stage === 'scalingUp' || (target === null && primary === null)) {
    return null;
  }
  const due = dueAt(situation);
  return decide(pass, {
    kind: 'notice',
    reason: `At ${whereabouts(pass)}: canary and primary are ready again.`,
    state: {
      notices: noticed(noticed(state.notices, 'target', null), 'primary', null),
      notReadySince: { ...state.notReadySince, target: null, primary: null },
    },
    ...(due === null ? {} : { notBefore: Math.max(due, now + settleTime(analysis.interval)) }),
  });
}

/** The canary was scaled up and is ready, and traffic is home: first traffic after it has settled (R5). */
export function scaledUp(pass: Pass): Judgement | null {
  if (!pass.confirmed) {
    return null;
  }
  const { toVersion } = rolloutOf(pass);
  return decide(pass, {
    kind: 'ready',
    reason: `${toVersion} is ready: first traffic in a moment.`,
    stage: 'settling',
    state: {
      notices: noticed(noticed(pass.state.notices, 'target', null), 'primary', null),
      notReadySince: { target: null, primary: null, routes: null },
    },
  });
}
