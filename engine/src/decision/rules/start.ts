import type { Decision, Judgement } from '../Decision';
import { ask, hookRound } from '../asking';
import { decide, HOME, isNews, normal, noticed, rolloutOf, wakeAt, warning, type Draft, type Pass } from '../Pass';
import type { RolloutProgress } from '../RolloutState';
import { dueAt } from '../timing';
import { primaryTrouble, targetTrouble } from '../words';
import { idle, quietTime, seenChange, seenConfigs } from './changes';
import { newRollout, restingPhase } from './newRollout';
import { manualRollback } from './rollback';

/** Initialized, Succeeded, Failed: a change of the target starts a rollout, through its confirm-rollout gate. */
export function detectChange(pass: Pass): Judgement | null {
  const { state, situation } = pass;
  if (!situation.target.present) {
    return targetGone(pass);
  }
  const change = seenChange(state, situation);
  if (change === 'none') {
    return null;
  }
  if (change === 'reverted') {
    return resync(pass);
  }
  const early = (change === 'configs' ? quietTime(pass) : null) ?? primaryHold(pass);
  return early ?? throughGate(pass, newRollout(pass, restingPhase(pass)));
}

function targetGone(pass: Pass): Judgement | null {
  const text = targetTrouble(pass.situation);
  if (pass.state.notices.target === text) {
    return null;
  }
  return decide(pass, {
    kind: 'notice',
    reason: `${pass.names.canaryWorkload} does not exist; the primary goes on serving.`,
    events: [warning(text)],
    state: { notices: noticed(pass.state.notices, 'target', text) },
    notBefore: 'keep',
  });
}

/** Set back to what is promoted: no rollout, but the rejected template counts as new when it comes again (facts §2.12). */
function resync(pass: Pass): Judgement {
  const revision = pass.state.promoted!.revision;
  return decide(pass, {
    kind: 'notice',
    reason: `The target is back at ${pass.state.promoted!.version}, which the primary runs already.`,
    state: { appliedRevision: revision, lastAppliedSpec: revision },
  });
}

/** No rollout begins while the version that it would fall back to cannot serve. */
function primaryHold(pass: Pass): Judgement | null {
  const { situation, state, names, spec } = pass;
  const trouble = spec.skipAnalysis ? '' : primaryTrouble(situation);
  if (trouble === '') {
    return null;
  }
  const text = `${names.primary} not ready: ${trouble}`;
  if (!isNews(pass, 'primary', text)) {
    return idle(pass);
  }
  return decide(pass, {
    kind: 'notice',
    reason: `${situation.target.version} cannot start: the primary is not ready (${trouble}).`,
    events: [warning(text)],
    state: { notices: noticed(state.notices, 'primary', text) },
  });
}

/** Waiting: the gate is polled every interval; a revert cancels, a rollback hook too. */
export function waiting(pass: Pass): Judgement | null {
  const { state, situation } = pass;
  const rollout = rolloutOf(pass);
  const change = seenChange(state, situation);
  if (change === 'none' || change === 'reverted') {
    return cancel(pass, change === 'reverted');
  }
  if (situation.target.revision !== rollout.revision) {
    return primaryHold(pass) ?? throughGate(pass, newRollout(pass, restingPhase(pass)));
  }
  if (rollout.paused !== null) {
    return idle(pass);
  }
  if (rollout.opened.includes('confirm-rollout')) {
    return primaryHold(pass) ?? start(pass, rollout, []);
  }
  const due = dueAt(situation);
  if (due === null || pass.now < due) {
    return wakeAt(pass, due);
  }
  return primaryHold(pass) ?? manualRollback(pass) ?? throughGate(pass, rollout);
}

function cancel(pass: Pass, isReverted: boolean): Judgement {
  const rollout = rolloutOf(pass);
  const revision = pass.state.promoted?.revision ?? pass.state.appliedRevision;
  return decide(pass, {
    kind: 'cancel',
    reason: `Cancelled ${rollout.toVersion} before it started: the target was set back.`,
    phase: rollout.previousPhase,
    stage: 'idle',
    rollout: { endedAt: pass.now, gate: null },
    state: isReverted ? { appliedRevision: revision, lastAppliedSpec: revision } : {},
  });
}

function throughGate(pass: Pass, rollout: RolloutProgress): Judgement {
  const round = hookRound(pass, 'confirm-rollout', pass.state.phase);
  if (round.kind === 'ask') {
    return ask(round.question);
  }
  if (round.kind === 'passed') {
    return start(
      pass,
      rollout,
      round.passed.map((hook) => normal(`Confirm-rollout check ${hook.name} passed`)),
      round.checks,
    );
  }
  const { gate } = rollout;
  const isEntry = pass.state.phase !== 'Waiting' || gate?.name !== round.failed.name;
  if (!isEntry && rollout === pass.state.rollout && pass.state.notices.primary === undefined) {
    // Closed as before: asked again an interval later, without a word (R9).
    wakeAt(pass, pass.now + pass.analysis.interval);
    return idle(pass);
  }
  return decide(pass, {
    kind: 'wait',
    reason: `Waiting to start ${rollout.toVersion}: gate ${round.failed.name} is closed.`,
    phase: 'Waiting',
    stage: 'idle',
    newRollout: { ...rollout, gate: { type: 'confirm-rollout', name: round.failed.name, since: isEntry ? pass.now : gate!.since } },
    state: { notices: noticed(pass.state.notices, 'primary', null), configChange: null },
    notBefore: pass.now + pass.analysis.interval,
    checks: round.checks,
    events: isEntry ? [warning(`Halt ${pass.names.canary} advancement waiting for approval ${round.failed.name}`)] : [],
    alerts:
      isEntry && !round.failed.muteAlert ? [{ severity: 'warn', message: 'Canary is waiting for approval.', withMetadata: false }] : [],
  });
}

function start(pass: Pass, rollout: RolloutProgress, passed: Decision['events'], checks: Decision['checks'] = []): Judgement {
  const { names } = pass;
  return decide(pass, {
    kind: 'start',
    reason: `${rollout.toVersion} is starting: scaling it up while ${rollout.fromVersion} serves.`,
    phase: 'Progressing',
    stage: 'scalingUp',
    desired: { routes: HOME, primary: null, target: 'running', targetScaler: 'running', objects: 'managed' },
    newRollout: { ...rollout, gate: null, opened: [] },
    state: syncState(pass),
    checks,
    events: [...passed, normal(`New revision detected! Scaling up ${names.target}`)],
    alerts: [{ severity: 'info', message: 'New revision detected, progressing canary analysis.', withMetadata: true }],
  });
}

/** Another revision, or other configs, during the analysis: traffic goes home and everything begins anew. */
export function restart(pass: Pass): Judgement | null {
  const { state, situation, names } = pass;
  const change = seenChange(state, situation);
  if (change === 'none') {
    return null;
  }
  if (change === 'reverted') {
    return revert(pass);
  }
  const early = change === 'configs' ? quietTime(pass) : null;
  if (early !== null) {
    return early;
  }
  const before = rolloutOf(pass);
  const rollout = newRollout(pass, before.previousPhase);
  return decide(pass, {
    kind: 'restart',
    reason: `${rollout.toVersion} replaces ${before.toVersion}: the analysis starts again from the beginning.`,
    phase: 'Progressing',
    stage: 'scalingUp',
    desired: { routes: HOME, primary: null, target: 'running', targetScaler: 'running' },
    newRollout: rollout,
    state: syncState(pass),
    events: [normal(`New revision detected! Restarting analysis for ${names.target}`)],
  });
}

function revert(pass: Pass): Judgement {
  const rollout = rolloutOf(pass);
  const { promoted, desired } = pass.state;
  const revision = promoted!.revision;
  return decide(pass, {
    kind: 'rollback',
    reason: `Cancelling ${rollout.toVersion}: the target was set back to ${promoted!.version}.`,
    phase: 'Progressing',
    stage: 'rollingBack',
    desired: { ...desired, routes: HOME, primary: null },
    rollout: {
      weight: 0,
      gate: null,
      paused: null,
      rollback: { cause: 'reverted', reason: `Cancelled ${rollout.toVersion}: the target was set back to ${promoted!.version}.` },
    },
    state: { appliedRevision: revision, lastAppliedSpec: revision },
    events: [normal(`${pass.names.target} was set back to the promoted revision, ending the analysis`)],
  });
}

function syncState(pass: Pass) {
  const { situation, state, now } = pass;
  const revision = situation.target.revision ?? '';
  return {
    appliedRevision: revision,
    lastAppliedSpec: revision,
    trackedConfigs: seenConfigs(situation.configs),
    configChange: null,
    notices: {},
    notReadySince: { ...state.notReadySince, target: now, primary: null, routes: null },
  };
}

/** A failed revision is tried again, on a person's word; the confirm-rollout gate is asked first. */
export function startAgain(pass: Pass, rollout: RolloutProgress, answered: Pick<Draft, 'answers'>): Judgement {
  const started = throughGate(pass, rollout);
  return started.kind === 'decide' ? { ...started, decision: { ...started.decision, answers: answered.answers ?? [] } } : started;
}
