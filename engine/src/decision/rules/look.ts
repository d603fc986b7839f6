import { plural } from '../../analysis/formatNumber';
import type { Routes } from '@aviary/provider-contract';
import type { CheckResult, Decision, Judgement } from '../Decision';
import { ask, hookRound } from '../asking';
import { decide, normal, noticed, rolloutOf, wakeAt, warning, type Pass } from '../Pass';
import type { RolloutProgress } from '../RolloutState';
import { nextStep } from '../strategies/nextStep';
import type { Step } from '../strategies/Step';
import { dueAt } from '../timing';
import { idle } from './changes';
import { throughGates, type GateRound } from './gates';
import { measure, metricQuestions, type Evidence } from './measure';
import { promote } from './promotion';
import { manualRollback, quietRollbackHooks, rollBack, whereabouts } from './rollback';

/** How old the recorded numbers before a closed gate may get, in milliseconds. */
const GATE_EVIDENCE = 300_000;

/** A due look: rollback hooks, webhooks, metrics, then the gates before the next step (Flagger's order, engine rules §1). */
export function look(pass: Pass): Judgement | null {
  const due = dueAt(pass.situation);
  if (!pass.confirmed || due === null || pass.now < due) {
    return wakeAt(pass, due);
  }
  return manualRollback(pass) ?? (isStart(pass) ? firstTraffic(pass) : analyse(pass));
}

/** No traffic yet: pre-rollout hooks and the first step, no measurement (R7). */
function isStart(pass: Pass): boolean {
  const { weight, iterations } = rolloutOf(pass);
  return weight === 0 && iterations === 0 && !pass.state.desired.routes.mirror;
}

function firstTraffic(pass: Pass): Judgement {
  const { names } = pass;
  const round = hookRound(pass, 'pre-rollout', 'Progressing');
  if (round.kind === 'ask') {
    return ask(round.question);
  }
  const events = [
    ...limitedRouterEvents(pass),
    normal(`Starting canary analysis for ${names.target}`),
    ...round.passed.map((hook) => normal(`Pre-rollout check ${hook.name} passed`)),
  ];
  if (round.kind === 'failed') {
    return failedLook(pass, {
      checks: round.checks,
      events: [...events, warning(`Halt ${names.canary} advancement pre-rollout check ${round.failed.name} failed ${round.error}`)],
      cause: `${round.failed.name} failed: ${round.error}`,
    });
  }
  return advance(pass, nextStep(pass), { checks: round.checks, events, evidence: null });
}

/** Flagger's warnings about what a router without traffic leaves out (facts §2.3 step 26), once per rollout. */
function limitedRouterEvents({ spec, situation, state }: Pass): Decision['events'] {
  if (situation.abilities.weights || state.notices.limited !== undefined) {
    return [];
  }
  const events: Decision['events'] = [];
  if (spec.analysis.hasMatch) {
    events.push(warning('A/B testing is not supported when using the kubernetes provider'));
  }
  if (spec.analysis.iterations < 1) {
    events.push(warning('Progressive traffic is not supported when using the kubernetes provider'));
    events.push(warning('Setting canaryAnalysis.iterations: 10'));
  }
  return events;
}

function analyse(pass: Pass): Judgement {
  const { names } = pass;
  const round = hookRound(pass, 'rollout', 'Progressing');
  if (round.kind === 'ask') {
    return ask(round.question);
  }
  // All metrics are asked also after a failed webhook: the numbers are wanted on that look most of all.
  const questions = metricQuestions(pass);
  if (questions.length > 0) {
    return ask(...questions);
  }
  const evidence = measure(pass);
  const checks = [...round.checks, ...evidence.checks];
  const counts = { noData: evidence.noData, errors: evidence.errors };
  if (round.kind === 'failed') {
    return failedLook(pass, {
      checks,
      events: [warning(`Halt ${names.canary} advancement external check ${round.failed.name} failed ${round.error}`)],
      cause: `${round.failed.name} failed: ${round.error}`,
      counts,
    });
  }
  if (evidence.verdict === 'fail') {
    return failedLook(pass, { checks, events: evidence.events, cause: evidence.cause, counts });
  }
  if (evidence.verdict !== 'pass') {
    return unmeasuredLook(pass, evidence, checks);
  }
  return advance(pass, nextStep(pass), { checks, events: [], evidence });
}

interface FailedLook {
  checks: CheckResult[];
  events: Decision['events'];
  cause: string;
  counts?: Pick<RolloutProgress, 'noData' | 'errors'>;
}

/** One more of the allowed failures; with the last one the rollout goes back at once, where Flagger waits an interval. */
function failedLook(pass: Pass, { checks, events, cause, counts }: FailedLook): Judgement {
  const { analysis, names } = pass;
  const rollout = rolloutOf(pass);
  const failedChecks = rollout.failedChecks + 1;
  const used = `(${failedChecks} of ${plural(analysis.threshold, 'failure')} used)`;
  const changes = { failedChecks, looks: rollout.looks + 1, ...counts };
  const quiet = quietRollbackHooks(pass);
  if (failedChecks >= analysis.threshold) {
    return rollBack(pass, {
      cause: 'checks',
      why: `${cause} ${used}.`,
      events: [...quiet.events, ...events, warning(`Rolling back ${names.canary} failed checks threshold reached ${failedChecks}`)],
      alerts: [{ severity: 'error', message: `Failed checks threshold reached ${failedChecks}`, withMetadata: false }],
      rollout: changes,
      more: { checks, verdict: 'fail' },
    });
  }
  return decide(pass, {
    kind: 'hold',
    reason: `Holding at ${whereabouts(pass)}: ${cause} ${used}.`,
    stage: 'analysing',
    rollout: changes,
    state: { notices: { ...quiet.notices, ...(isStart(pass) ? { limited: 'told' } : {}) } },
    verdict: 'fail',
    checks,
    events: [...quiet.events, ...events],
  });
}

/** Not measured is not failed: the rollout holds, until the metric's own limit is reached. */
function unmeasuredLook(pass: Pass, evidence: Evidence, checks: CheckResult[]): Judgement {
  const rollout = rolloutOf(pass);
  const changes = { looks: rollout.looks + 1, noData: evidence.noData, errors: evidence.errors };
  const quiet = quietRollbackHooks(pass);
  if (evidence.giveUp !== null) {
    const { cause, why, event } = evidence.giveUp;
    return rollBack(pass, {
      cause,
      why,
      events: [...quiet.events, ...evidence.events, warning(event)],
      alerts: [{ severity: 'error', message: event, withMetadata: false }],
      rollout: changes,
      more: { checks, verdict: evidence.verdict },
    });
  }
  return decide(pass, {
    kind: 'hold',
    reason: `Holding at ${whereabouts(pass)}: ${evidence.cause}. Not a failure.`,
    rollout: changes,
    state: { notices: quiet.notices },
    verdict: evidence.verdict,
    checks,
    events: [...quiet.events, ...evidence.events],
  });
}

interface PassedLook {
  checks: CheckResult[];
  events: Decision['events'];
  /** Null at first traffic: nothing was measured. */
  evidence: Evidence | null;
}

function advance(pass: Pass, step: Step, passed: PassedLook): Judgement {
  const round = throughGates(pass, step.gates);
  if (round.kind === 'ask') {
    return ask(round.question);
  }
  const rollout = rolloutOf(pass);
  const looked =
    passed.evidence === null ? {} : { looks: rollout.looks + 1, noData: passed.evidence.noData, errors: passed.evidence.errors };
  const quiet = quietRollbackHooks(pass);
  const checks = [...passed.checks, ...round.checks];
  const events = [...quiet.events, ...passed.events, ...round.events];
  const notices = passed.evidence === null ? { ...quiet.notices, limited: 'told' } : quiet.notices;
  if (round.kind === 'closed') {
    return holdAtGate(pass, round, { checks, events, notices, looked });
  }
  const opened = rollout.opened.filter((gate) => gate !== 'confirm-traffic-increase' || !step.gates.includes(gate));
  if (step.kind === 'promote') {
    return promote(pass, {
      checks,
      events,
      rollout: { ...looked, opened: [], gate: null },
      verdict: 'pass',
      because: summary(passed, 'pass'),
    });
  }
  const weight = pass.situation.abilities.weights ? step.routes.canary : 0;
  return decide(pass, {
    kind: 'advance',
    reason: `At ${step.to}: ${passed.evidence === null ? `${rollout.toVersion} begins` : `${summary(passed, 'passed')} at ${whereabouts(pass)}`}.`,
    phase: 'Progressing',
    stage: 'analysing',
    desired: { routes: step.routes },
    rollout: { ...looked, opened, gate: null, weight, iterations: step.iterations, firstTrafficAt: firstTrafficAt(pass, step.routes) },
    state: { notices: noticed(notices, 'gate', null) },
    ...(passed.evidence === null ? {} : { verdict: 'pass' }),
    checks,
    events: [...events, ...step.events],
  });
}

function firstTrafficAt(pass: Pass, routes: Routes): number | null {
  const has = pass.situation.abilities.weights && (routes.canary > 0 || routes.mirror);
  return rolloutOf(pass).firstTrafficAt ?? (has ? pass.now : null);
}

function summary({ checks }: PassedLook, verb: string): string {
  const asked = checks.filter(({ verdict }) => verdict !== 'notAsked').length;
  if (asked === 0) {
    return 'nothing to check';
  }
  if (asked === 1) {
    return `the check ${verb === 'pass' ? 'passed' : verb}`;
  }
  return asked === 2 ? 'both checks passed' : `all ${asked} checks passed`;
}

interface GateHold {
  checks: CheckResult[];
  events: Decision['events'];
  notices: Record<string, string>;
  looked: Partial<RolloutProgress>;
}

function holdAtGate(
  pass: Pass,
  { closed }: Extract<GateRound, { kind: 'closed' }>,
  { checks, events, notices, looked }: GateHold,
): Judgement {
  const { names, state, now } = pass;
  const rollout = rolloutOf(pass);
  const isPromotion = closed.type === 'confirm-promotion';
  const isEntry = rollout.gate?.type !== closed.type || rollout.gate.name !== closed.name;
  if (!isEntry && isUnchanged(pass, looked)) {
    wakeAt(pass, now + pass.analysis.interval);
    return idle(pass);
  }
  const text = isPromotion ? 'promotion approval' : 'traffic increase approval';
  const alert = isPromotion ? 'Canary promotion is waiting for approval.' : 'Canary traffic increase is waiting for approval.';
  return decide(pass, {
    kind: 'wait',
    reason: isPromotion
      ? `Waiting to promote ${rollout.toVersion}: gate ${closed.name} is closed. ${whereabouts(pass)} stays on it while it waits.`
      : `Waiting at ${whereabouts(pass)} for more traffic: gate ${closed.name} is closed.`,
    phase: isPromotion ? 'WaitingPromotion' : state.phase,
    stage: 'analysing',
    rollout: { ...looked, gate: { type: closed.type, name: closed.name, since: isEntry ? now : rollout.gate!.since } },
    state: { notices },
    ...('looks' in looked ? { verdict: 'pass' } : {}),
    checks,
    events: isEntry ? [...events, warning(`Halt ${names.canary} advancement waiting for ${text} ${closed.name}`)] : [],
    alerts: isEntry && !closed.muteAlert ? [{ severity: 'warn', message: alert, withMetadata: false }] : [],
  });
}

/**
 * Whether a look at a gate that stays closed brought nothing that must be kept. Its numbers are recorded once in a
 * while all the same, so that whoever opens the gate sees recent ones.
 */
function isUnchanged({ situation, state, now }: Pass, { noData, errors }: Partial<RolloutProgress>): boolean {
  const isSame = (one: Record<string, number> = {}, other: Record<string, number> = {}) =>
    Object.entries(one).every(([metric, count]) => count === (other[metric] ?? 0));
  return (
    isSame(noData, state.rollout?.noData) &&
    isSame(errors, state.rollout?.errors) &&
    situation.confirmedAt !== null &&
    now - situation.confirmedAt < GATE_EVIDENCE
  );
}
