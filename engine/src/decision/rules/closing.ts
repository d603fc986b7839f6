import { formatSpan } from '../../analysis/formatNumber';
import { ask, hookRound } from '../asking';
import type { Decision, Judgement } from '../Decision';
import { decide, normal, noticed, rolloutOf, warning, type Pass } from '../Pass';
import { outcome } from './promotion';

/** After Succeeded or Failed, once the canary is scaled down: post-rollout hooks, then the closing events, in Flagger's order. */
export function closing(pass: Pass): Judgement | null {
  if (!pass.confirmed) {
    return null;
  }
  const isCancelled = rolloutOf(pass).rollback?.cause === 'reverted';
  const hooks = isCancelled ? { checks: [], events: [] } : postRollout(pass);
  if ('kind' in hooks) {
    return hooks;
  }
  const succeeded = pass.state.phase === 'Succeeded' && !isCancelled;
  return decide(pass, {
    kind: 'closed',
    reason: outcomeReason(pass),
    stage: 'idle',
    desired: { primary: null, target: 'untouched' },
    checks: hooks.checks,
    events: [...hooks.events, ...(succeeded ? [normal(completed(pass))] : [])],
    alerts: succeeded ? [{ severity: 'info', message: completedAlert(pass), withMetadata: false }] : [],
  });
}

/** A failed promotion tells its hooks while the primary is still watched. Null: told, or there are none. */
export function closeFailedPromotion(pass: Pass): Judgement | null {
  const { state, analysis } = pass;
  if (state.notices.postRollout !== undefined || !analysis.webhooks.some(({ type }) => type === 'post-rollout')) {
    return null;
  }
  const hooks = postRollout(pass);
  if ('kind' in hooks) {
    return hooks;
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Promotion of ${rolloutOf(pass).toVersion} failed: the primary is not ready; it is being watched.`,
    checks: hooks.checks,
    events: hooks.events,
    state: { notices: noticed(state.notices, 'postRollout', 'told') },
    notBefore: 'keep',
  });
}

function postRollout(pass: Pass): Judgement | { checks: Decision['checks']; events: Decision['events'] } {
  const round = hookRound(pass, 'post-rollout', pass.state.phase);
  if (round.kind === 'ask') {
    return ask(round.question);
  }
  const events = round.passed.map((hook) => normal(`Post-rollout check ${hook.name} passed`));
  if (round.kind === 'failed') {
    events.push(warning(`Post-rollout hook ${round.failed.name} failed ${round.error}`));
  }
  return { checks: round.checks, events };
}

function completed({ names, state }: Pass): string {
  return state.rollout?.skipped
    ? `Promotion completed! Canary analysis was skipped for ${names.target}`
    : `Promotion completed! Scaling down ${names.target}`;
}

function completedAlert({ state }: Pass): string {
  return state.rollout?.skipped
    ? 'Canary analysis was skipped, promotion finished.'
    : 'Canary analysis completed successfully, promotion finished.';
}

function outcomeReason(pass: Pass): string {
  const rollout = rolloutOf(pass);
  if (rollout.rollback !== null) {
    return rollout.rollback.reason;
  }
  return `Promoted ${rollout.toVersion} after ${formatSpan((rollout.endedAt ?? pass.now) - rollout.startedAt)}: ${outcome(rollout)}.`;
}
