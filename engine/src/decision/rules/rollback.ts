import { formatPercent } from '../../analysis/formatNumber';
import type { Decision, Judgement } from '../Decision';
import { ask, hookAnswer } from '../asking';
import { decide, HOME, normal, noticed, rolloutOf, wakeAt, warning, type Draft, type Pass } from '../Pass';
import type { RollbackCause, RolloutProgress } from '../RolloutState';
import { dueAt } from '../timing';
import { seenConfigs } from './changes';

/** What sends a rollout back. */
export interface RollbackDraft {
  cause: RollbackCause;
  /** What happened, as the end of a sentence: `request duration was 812 ms, above 500 ms (5 of 5 failures used).` */
  why: string;
  /** Instead of `Rolled back from 25 %`: `Rejected at 50 % by …`. */
  opening?: string;
  events?: Decision['events'];
  alerts?: Decision['alerts'];
  rollout?: Partial<RolloutProgress>;
  more?: Pick<Draft, 'checks' | 'verdict' | 'answers'>;
}

/** First half of a rollback: all traffic goes home. The canary keeps running until that is confirmed and drained. */
export function rollBack(pass: Pass, draft: RollbackDraft): Judgement {
  const rollout = rolloutOf(pass);
  const at = whereabouts(pass);
  const opening = draft.opening ?? `Rolled back from ${at}`;
  return decide(pass, {
    kind: 'rollback',
    reason: `${draft.opening ?? `Rolling back from ${at}`}: ${draft.why}`,
    phase: pass.state.phase === 'WaitingPromotion' || pass.state.phase === 'Waiting' ? 'Progressing' : pass.state.phase,
    stage: 'rollingBack',
    desired: { routes: HOME, primary: null },
    rollout: {
      ...draft.rollout,
      weight: 0,
      gate: null,
      paused: null,
      rollback: { cause: draft.cause, reason: `${opening}: ${draft.why}` },
      // Kept so that the drain knows whether there was traffic.
      firstTrafficAt: rollout.firstTrafficAt,
    },
    // From Waiting: the refused revision has been seen, so that it does not start again by itself.
    state: { appliedRevision: rollout.revision, lastAppliedSpec: rollout.revision, trackedConfigs: seenConfigs(pass.situation.configs) },
    events: draft.events,
    alerts: draft.alerts,
    ...draft.more,
  });
}

/** Where a rollout is, for people: `25 %`, or `iteration 3 of 10`. */
export function whereabouts(pass: Pass): string {
  const rollout = rolloutOf(pass);
  if (rollout.strategy === 'canary') {
    return formatPercent(rollout.weight);
  }
  const of = pass.analysis.iterations;
  return rollout.iterations > of ? formatPercent(100) : `iteration ${rollout.iterations} of ${of}`;
}

/** Second half: traffic is confirmed home and drained; the canary is scaled down and the rollout has failed. */
export function finishRollback(pass: Pass): Judgement | null {
  const due = dueAt(pass.situation);
  if (!pass.confirmed || due === null || pass.now < due) {
    return wakeAt(pass, due);
  }
  const rollout = rolloutOf(pass);
  const reason = rollout.rollback?.reason ?? `Rolled back from ${whereabouts(pass)}.`;
  const isCancelled = rollout.rollback?.cause === 'reverted';
  return decide(pass, {
    kind: isCancelled ? 'cancel' : 'fail',
    reason,
    phase: isCancelled ? rollout.previousPhase : 'Failed',
    stage: 'closing',
    desired: { routes: HOME, primary: null, target: 'zero', targetScaler: 'paused' },
    rollout: { endedAt: pass.now, weight: 0 },
    state: { notReadySince: { target: null, primary: null, routes: null } },
    events: isCancelled ? [] : [warning(`Canary failed! Scaling down ${pass.names.canary}`)],
  });
}

/** The rollback hooks: a *yes* rolls back. They are asked before everything else, in Waiting too. Null: none said yes. */
export function manualRollback(pass: Pass): Judgement | null {
  for (const [index, hook] of pass.analysis.webhooks.entries()) {
    if (hook.type !== 'rollback') {
      continue;
    }
    const outcome = hookAnswer(pass, hook, index, pass.state.phase);
    if (outcome.question !== undefined) {
      return ask(outcome.question);
    }
    if (outcome.yes) {
      return rollBack(pass, {
        cause: 'webhook',
        why: `rollback hook ${hook.name} asked for it.`,
        events: [warning(`Rollback check ${hook.name} passed`), warning(`Rolling back ${pass.names.canary} manual webhook invoked`)],
        alerts: [{ severity: 'warn', message: 'Rolling back manual webhook invoked', withMetadata: false }],
      });
    }
  }
  return null;
}

/** Flagger's event for every rollback hook that did not fire, told on the first look only (R9). */
export function quietRollbackHooks(pass: Pass): { events: Decision['events']; notices: Record<string, string> } {
  const events: Decision['events'] = [];
  let notices = pass.state.notices;
  for (const hook of pass.analysis.webhooks.filter(({ type }) => type === 'rollback')) {
    const key = `rollbackHook:${hook.name}`;
    if (notices[key] === undefined) {
      events.push(normal(`Rollback hook ${hook.name} not signaling a rollback`));
      notices = noticed(notices, key, 'quiet');
    }
  }
  return { events, notices };
}
