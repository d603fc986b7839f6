import type { CommandType, Rollout } from '@aviary/plugin-rollouts-common';

/** Stages of a rollout that can still be stopped. */
const STOPPABLE = new Set(['scalingUp', 'settling', 'analysing']);

/**
 * The commands that the engine would take for a Canary now, to offer as buttons; by the rules of engine/src/decision/rules/commands.ts. The
 * engine decides again when it gets one: what is shown may be seconds old.
 */
export function possibleCommands(rollout: Pick<Rollout, 'phase' | 'stage' | 'paused' | 'gate' | 'rolloutId'>): CommandType[] {
  const { phase, stage, paused, gate } = rollout;
  const stoppable = rollout.rolloutId !== null && (phase === 'Waiting' || STOPPABLE.has(stage));
  const offers: [CommandType, boolean][] = [
    ['approve', stoppable && gate !== null],
    ['reject', stoppable && gate !== null],
    ['resume', stoppable && paused !== null],
    ['pause', stoppable && paused === null],
    ['promote', stoppable && phase !== 'Waiting' && stage !== 'scalingUp'],
    ['abort', stoppable || stage === 'promoting'],
    ['retry', phase === 'Failed' && stage !== 'unhealthyPrimary'],
  ];
  return offers.filter(([, possible]) => possible).map(([type]) => type);
}
