import type { Judgement } from '../Decision';
import { decide, type Draft, type Pass } from '../Pass';
import type { RolloutProgress } from '../RolloutState';
import type { Command } from '../Situation';
import { importState } from './importState';
import { newRollout } from './newRollout';
import { promote } from './promotion';
import { rollBack, whereabouts } from './rollback';
import { startAgain } from './start';

type Outcome = 'done' | 'superseded' | 'refused';

/** The oldest command that nobody answered: executed, refused in words, or superseded when it meant another rollout. */
export function commands(pass: Pass): Judgement | null {
  const [command] = pass.situation.commands;
  if (command === undefined) {
    return null;
  }
  const mismatch = meansAnother(pass, command);
  if (mismatch !== null) {
    return answer(pass, command, 'superseded', mismatch);
  }
  return execute(pass, command);
}

function meansAnother({ state, situation }: Pass, command: Command): string | null {
  if (command.type === 'adopt') {
    return null;
  }
  const current = state.rollout;
  if (command.rolloutId !== null && command.rolloutId !== current?.id) {
    return `Rollout ${command.rolloutId} is over; this Canary is at ${current?.id ?? 'none'} now.`;
  }
  const revision = command.type === 'retry' ? situation.target.revision : current?.revision;
  if (command.revision !== null && command.revision !== revision) {
    return `Revision ${command.revision} is no longer the one at hand.`;
  }
  return null;
}

function execute(pass: Pass, command: Command): Judgement {
  switch (command.type) {
    case 'pause':
      return pause(pass, command);
    case 'resume':
      return resume(pass, command);
    case 'approve':
      return command.gate === 'pause' ? resume(pass, command) : approve(pass, command);
    case 'reject':
      return goBack(pass, command, 'Rejected');
    case 'abort':
      return goBack(pass, command, 'Aborted');
    case 'promote':
      return promoteNow(pass, command);
    case 'retry':
      return retry(pass, command);
    default:
      return adopt(pass, command);
  }
}

/** A command that changes nothing else than having been answered. */
function answer(pass: Pass, command: Command, outcome: Outcome, message: string): Judgement {
  return decide(pass, { kind: 'notice', reason: message, notBefore: 'keep', ...answered(command, outcome, message) });
}

function answered(command: Command, outcome: Outcome, message: string): Pick<Draft, 'answers'> {
  return { answers: [{ commandId: command.id, outcome, message }] };
}

const INTERRUPTIBLE: ReadonlySet<string> = new Set(['scalingUp', 'settling', 'analysing']);

/** The rollout that a command can still stop, or null. */
function stoppable({ state }: Pass): RolloutProgress | null {
  return state.phase === 'Waiting' || INTERRUPTIBLE.has(state.stage) ? state.rollout : null;
}

function refuse(pass: Pass, command: Command, what: string): Judgement {
  return answer(pass, command, 'refused', `Cannot ${command.type}: ${what}.`);
}

function pause(pass: Pass, command: Command): Judgement {
  const rollout = stoppable(pass);
  if (rollout === null) {
    return refuse(pass, command, `no analysis is running (${pass.state.phase})`);
  }
  if (rollout.paused !== null) {
    return refuse(pass, command, `${rollout.paused.by} paused it already`);
  }
  const message = `Paused at ${whereabouts(pass)} by ${command.by}${quoted(command)}. Nothing moves until someone resumes.`;
  return decide(pass, {
    kind: 'pause',
    reason: message,
    rollout: { paused: { by: command.by, why: command.why, at: pass.now } },
    ...answered(command, 'done', message),
  });
}

/** After a pause a whole interval passes before the next look. */
function resume(pass: Pass, command: Command): Judgement {
  const { rollout } = pass.state;
  if (rollout?.paused == null) {
    return refuse(pass, command, 'it is not paused');
  }
  const message = `Resumed at ${whereabouts(pass)} by ${command.by}${quoted(command)}.`;
  return decide(pass, { kind: 'resume', reason: message, rollout: { paused: null }, ...answered(command, 'done', message) });
}

/** Opens a gate. If it is the one that holds, the next look is due at once, with fresh numbers. */
function approve(pass: Pass, command: Command): Judgement {
  const rollout = stoppable(pass);
  const type = command.gate ?? rollout?.gate?.type;
  if (rollout === null || type === undefined) {
    return refuse(pass, command, 'no gate is waiting');
  }
  const isHolding = rollout.gate?.type === type;
  const message = `${type} approved by ${command.by}${quoted(command)}.`;
  return decide(pass, {
    kind: 'notice',
    reason: message,
    rollout: { opened: [...new Set([...rollout.opened, type])] },
    notBefore: isHolding ? pass.now : 'keep',
    events: [{ type: 'Normal', message: `Gate ${type} of ${pass.names.canary} opened by ${command.by}` }],
    ...answered(command, 'done', message),
  });
}

function goBack(pass: Pass, command: Command, verb: string): Judgement {
  const rollout = stoppable(pass) ?? (isCopied(pass) ? null : pass.state.rollout);
  const { stage, phase } = pass.state;
  if (rollout === null || (stage !== 'promoting' && stoppable(pass) === null)) {
    const why =
      phase === 'Promoting' || phase === 'Finalising'
        ? 'the primary runs the new revision already; deploy the earlier version instead'
        : `no rollout is running (${phase})`;
    return refuse(pass, command, why);
  }
  return rollBack(pass, {
    cause: 'command',
    opening: `${verb} at ${whereabouts(pass)} by ${command.by}${quoted(command)}`,
    why: `all traffic goes to ${rollout.fromVersion}.`,
    events: [{ type: 'Warning', message: `Rolling back ${pass.names.canary} ${verb.toLowerCase()} by ${command.by}` }],
    alerts: [{ severity: 'warn', message: `${verb} by ${command.by}${quoted(command)}`, withMetadata: false }],
    more: answered(command, 'done', `${verb} by ${command.by}.`),
  });
}

function isCopied({ situation, state }: Pass): boolean {
  return state.desired.primary !== null && situation.primary.podId === state.desired.primary.podId;
}

/** The rest of the analysis is left out, on a person's word. Both versions must be able to serve. */
function promoteNow(pass: Pass, command: Command): Judgement {
  const { state, situation } = pass;
  const rollout = stoppable(pass);
  if (rollout === null || state.phase === 'Waiting') {
    return refuse(
      pass,
      command,
      state.phase === 'Waiting' ? 'it has not started; approve it first' : `no analysis is running (${state.phase})`,
    );
  }
  if (!situation.target.ready || situation.endpoints.canary === 0) {
    return refuse(pass, command, 'the canary is not ready');
  }
  if (situation.target.revision !== rollout.revision) {
    return refuse(pass, command, 'the target has changed meanwhile');
  }
  const message = `${command.by} skipped the rest of the analysis at ${whereabouts(pass)}${quoted(command)}`;
  return promote(pass, { because: message, ...answered(command, 'done', `${message}.`) });
}

function retry(pass: Pass, command: Command): Judgement {
  const { state, situation } = pass;
  if (state.phase !== 'Failed' || state.stage === 'unhealthyPrimary') {
    return refuse(pass, command, `only a failed rollout can be tried again, and this one is ${state.phase}`);
  }
  if (situation.target.revision === null || situation.target.revision === state.promoted?.revision) {
    return refuse(pass, command, 'the primary runs what the target says already');
  }
  return startAgain(pass, newRollout(pass, 'Failed'), answered(command, 'done', `Tried again by ${command.by}.`));
}

/** Goes on from what is seen now, after the database was restored or another engine was here. */
function adopt(pass: Pass, command: Command): Judgement {
  const message = `Adopted as it is now by ${command.by}${quoted(command)}.`;
  const { driven: _driven, behind: _behind, ...notices } = pass.state.notices;
  const adoptedFences = [...new Set([...pass.state.adoptedFences, ...pass.situation.fencesAhead])];
  const known = { reason: message, state: { notices, adoptedFences }, ...answered(command, 'done', message) };
  return (pass.situation.canary.importedStatus && importState(pass, known)) ?? decide(pass, { kind: 'import', ...known });
}

function quoted({ why }: Command): string {
  return why === '' ? '' : `: "${why}"`;
}
