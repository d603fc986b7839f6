import type { Problem } from '../../canary/Canary';
import { formatSpan } from '../../analysis/formatNumber';
import type { Judgement } from '../Decision';
import { decide, normal, noticed, wakeAt, warning, type Pass } from '../Pass';
import type { Situation } from '../Situation';
import { sameRoutes } from '../converge';
import { idle } from './changes';
import { rollBack, whereabouts } from './rollback';

/** Somebody else writes the status: two engines would move the same routes, so this one holds. */
export function drivenByAnother(pass: Pass): Judgement | null {
  const text = pass.situation.canary.drivenByAnother;
  if (text === null) {
    return clear(pass, 'driven', 'Nobody else drives this Canary any more: going on.');
  }
  const reason = `Held: ${text}. Stop the other engine, then adopt this Canary.`;
  return notice(pass, 'driven', reason, reason) ?? idle(pass);
}

/** The cluster knows decisions that the database does not: it was restored, and only a person can say what holds. */
export function stateBehind(pass: Pass): Judgement | null {
  const { fencesAhead, state } = pass.situation;
  if (state === null || fencesAhead.length === 0) {
    return clear(pass, 'behind', 'The database knows what the cluster has again: going on.');
  }
  const text =
    `StateBehindCluster: the cluster was written by decision ${fencesAhead.join(', ')} (epoch.number), ` +
    `the database knows decisions up to number ${state.sequence}`;
  if (state.notices.behind !== undefined) {
    return idle(pass);
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Held: ${text}. If the database was restored from a backup, adopt this Canary to go on from what the cluster has.`,
    events: [warning(text)],
    alerts: [{ severity: 'error', message: text, withMetadata: false }],
    state: { notices: noticed(state.notices, 'behind', text) },
    notBefore: 'keep',
  });
}

/** `spec.suspend`: nothing happens, told once. */
export function suspended(pass: Pass): Judgement | null {
  if (!pass.spec.suspend) {
    return clear(pass, 'suspend', 'No longer suspended: going on.');
  }
  if (pass.state.notices.suspend !== undefined) {
    return idle(pass);
  }
  const message = 'skipping canary run as object is suspended';
  return decide(pass, {
    kind: 'notice',
    reason: 'Suspended by spec.suspend: nothing moves.',
    events: [normal(message)],
    state: { notices: noticed(pass.state.notices, 'suspend', message) },
    notBefore: 'keep',
  });
}

/** What keeps a Canary from moving forward: its own faults, and configs that its pods need and that are not there. */
export function blockers({ problems, configs, target }: Situation): Problem[] {
  const missing = Object.entries(configs)
    .filter(([, config]) => target.present && config.state === 'missing')
    .map(([ref]): Problem => ({
      field: 'spec.targetRef',
      message: `${ref} is named by the pod template and does not exist; create it, or mark the reference optional.`,
      kind: 'unavailable',
    }));
  return [...problems, ...missing];
}

/** Tells what is wrong with the Canary, once per text, and when it is right again. Null: nothing new to tell. */
export function tellProblems(pass: Pass): Judgement | null {
  const found = blockers(pass.situation);
  if (found.length === 0) {
    return clear(pass, 'invalid', 'The Canary is valid again: going on.');
  }
  const text = found.map(({ message }) => message).join(' ');
  if (pass.state.notices.invalid === text) {
    return null;
  }
  const isInvalid = found.some(({ kind }) => kind === 'misconfigured' || kind === 'unsupported');
  return decide(pass, {
    kind: isInvalid ? 'invalid' : 'notice',
    reason: `${isInvalid ? 'Invalid' : 'Held'}: ${text}`,
    events: found.map(({ message }) => warning(message)),
    state: { notices: noticed(pass.state.notices, 'invalid', text) },
    notBefore: 'keep',
  });
}

/** Actions that do not succeed: one Warning per text; one alert when it is the way back that is blocked (engine rules §2). */
export function tellFailingActions(pass: Pass): Judgement | null {
  for (const outcome of pass.situation.outcomes) {
    const isPassing = outcome.kind === 'conflict' || (outcome.kind === 'unavailable' && outcome.attempts < 3);
    const key = `action:${outcome.key}`;
    if (outcome.result === 'superseded' || isPassing || sameText(pass.state.notices[key], outcome.message)) {
      continue;
    }
    const blocksReturn = outcome.direction === 'backward' && outcome.key.startsWith('setRoutes');
    const isFirst = pass.state.notices[key] === undefined;
    return decide(pass, {
      kind: 'notice',
      reason: blocksReturn ? `Cannot roll back: ${outcome.message}` : `Held: ${outcome.message}`,
      events: [warning(outcome.message)],
      alerts: blocksReturn && isFirst ? [{ severity: 'error', message: `cannot roll back: ${outcome.message}`, withMetadata: false }] : [],
      state: { notices: noticed(pass.state.notices, key, outcome.message) },
      notBefore: 'keep',
    });
  }
  return null;
}

/** Whether two messages say the same, whatever versions, times and ids they carry: each one told is a decision. */
function sameText(one: string | undefined, other: string): boolean {
  const shape = (text: string) => text.replace(/[0-9a-f]{8,}|[0-9]+/gi, '#');
  return one !== undefined && shape(one) === shape(other);
}

/** A forward action that fails longer than the progress deadline sends the rollout back. */
export function failingForward(pass: Pass): Judgement | null {
  const { situation, spec, now } = pass;
  const failing = situation.outcomes.filter(({ result, direction }) => result === 'failed' && direction === 'forward');
  for (const outcome of failing) {
    const deadline = outcome.since + spec.progressDeadline;
    if (now >= deadline) {
      return rollBack(pass, {
        cause: 'action',
        why: `the cluster did not accept a change in ${formatSpan(now - outcome.since)}: ${outcome.message}`,
        events: [warning(`Rolling back ${pass.names.canary} progress deadline exceeded ${outcome.message}`)],
        alerts: [{ severity: 'error', message: `Progress deadline exceeded ${outcome.message}`, withMetadata: false }],
      });
    }
    wakeAt(pass, deadline);
  }
  return null;
}

/** Routes that are written and not accepted by their controller: told, and past the deadline the rollout goes back. */
export function routesNotAccepted(pass: Pass): Judgement | null {
  const { situation, state, spec, now } = pass;
  const since = state.notReadySince.routes;
  if (situation.routes.state !== 'notAccepted') {
    return null;
  }
  const { reason } = situation.routes;
  const deadline = (since ?? now) + spec.progressDeadline;
  if (since !== null && now >= deadline) {
    return rollBack(pass, {
      cause: 'action',
      why: `the routes were not accepted in ${formatSpan(now - since)}: ${reason}`,
      events: [warning(`Rolling back ${pass.names.canary} progress deadline exceeded ${reason}`)],
      alerts: [{ severity: 'error', message: `Progress deadline exceeded ${reason}`, withMetadata: false }],
    });
  }
  wakeAt(pass, deadline);
  if (state.notices.routes === reason) {
    return null;
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Applying ${whereabouts(pass)}: ${reason}`,
    events: [warning(reason)],
    state: { notices: noticed(state.notices, 'routes', reason), notReadySince: { ...state.notReadySince, routes: since ?? now } },
    notBefore: 'keep',
  });
}

/** Somebody changed what is ours after it was right: the repair follows by itself, and says who it was (R8). */
export function drift(pass: Pass): Judgement | null {
  const { situation, state } = pass;
  if (situation.confirmedAt === null || state.desired.objects !== 'managed') {
    return null;
  }
  const changed = Object.entries(situation.objects).flatMap(([name, seen]) =>
    seen.state === 'differs' && seen.by !== null && name !== 'primaryScaler'
      ? [`${OBJECT_FIELDS[name] ?? name} was changed by ${seen.by}`]
      : [],
  );
  const { routes, abilities } = situation;
  const isRight = routes.state !== 'seen' || (routes.intact && sameRoutes(routes.routes, state.desired.routes));
  if (abilities.weights && !isRight && routes.by !== null) {
    changed.push(`the routes were changed by ${routes.by}`);
  }
  const text = `${changed.join(' and ')}; setting back what was decided`;
  return changed.length === 0 ? null : notice(pass, 'drift', text, `Repairing: ${text}.`);
}

/** `revertOnDeletion` was switched: the finalizer follows. */
export function finalizerFollows(pass: Pass): Judgement | null {
  const { desired } = pass.state;
  if (desired.objects !== 'managed' || desired.finalizer === pass.spec.revertOnDeletion) {
    return null;
  }
  return decide(pass, {
    kind: 'notice',
    reason: pass.spec.revertOnDeletion ? 'Deletion will hand everything back.' : 'Deletion will leave the target as it is.',
    desired: { finalizer: pass.spec.revertOnDeletion },
    notBefore: 'keep',
  });
}

/** An object of ours that belongs to somebody else cannot be made: told once per owner. */
export function foreignObjects(pass: Pass): Judgement | null {
  const owners = Object.entries(pass.situation.objects).flatMap(([name, seen]) =>
    seen.state === 'foreign'
      ? [`${OBJECT_FIELDS[name] ?? name} exists and belongs to ${seen.owner}; remove it, or rename the Canary's service`]
      : [],
  );
  if (owners.length === 0) {
    return clear(pass, 'foreign', 'Nothing stands in the way any more: going on.');
  }
  const text = owners.join(' · ');
  return notice(pass, 'foreign', text, `Held: ${text}.`);
}

const OBJECT_FIELDS: Record<string, string> = {
  apexService: 'the apex service',
  primaryService: 'the primary service',
  canaryService: 'the canary service',
  primaryScaler: 'the primary scaler',
};

function notice(pass: Pass, key: string, text: string, reason: string): Judgement | null {
  if (pass.state.notices[key] === text) {
    return null;
  }
  return decide(pass, {
    kind: 'notice',
    reason,
    events: [warning(text)],
    state: { notices: noticed(pass.state.notices, key, text) },
    notBefore: 'keep',
  });
}

function clear(pass: Pass, key: string, reason: string): Judgement | null {
  if (pass.state.notices[key] === undefined) {
    return null;
  }
  return decide(pass, { kind: 'notice', reason, state: { notices: noticed(pass.state.notices, key, null) }, notBefore: 'keep' });
}
