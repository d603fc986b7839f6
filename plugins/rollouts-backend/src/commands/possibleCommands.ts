import type { CommandType, Rollout } from '@aviary/plugin-rollouts-common';

/** Phases in which a rollout looks, waits or has not begun to promote. */
const UNDECIDED = new Set<Rollout['phase']>(['Waiting', 'Progressing', 'WaitingPromotion']);

/**
 * The commands that make sense for a Canary now, to offer as buttons. The engine decides again when it gets one: what is shown may be
 * seconds old.
 */
export function possibleCommands(rollout: Pick<Rollout, 'phase' | 'stage' | 'paused' | 'gate' | 'rolloutId'>): CommandType[] {
  const undecided = UNDECIDED.has(rollout.phase) && rollout.rolloutId !== null && rollout.stage !== 'rollingBack';
  const offers: [CommandType, boolean][] = [
    ['approve', undecided && rollout.gate !== null],
    ['reject', undecided && rollout.gate !== null],
    ['resume', rollout.paused !== null],
    ['pause', undecided && rollout.paused === null],
    ['promote', undecided],
    ['abort', undecided],
    ['retry', rollout.phase === 'Failed'],
  ];
  return offers.filter(([, possible]) => possible).map(([type]) => type);
}
