import type { Rollout } from '@aviary/plugin-rollouts-common';
import { rolloutRow } from '../testing/rolloutRow';
import { possibleCommands } from './possibleCommands';

const gate = { type: 'confirm-promotion', name: 'gate', since: 1 };
const paused = { by: 'user:default/guest', why: 'vendor is down', at: 1 };

describe('possibleCommands', () => {
  it.each<[string, Partial<Rollout>, string[]]>([
    ['in the analysis', {}, ['pause', 'promote', 'abort']],
    ['while paused', { paused }, ['resume', 'promote', 'abort']],
    ['before a gate', { phase: 'WaitingPromotion', gate }, ['approve', 'reject', 'pause', 'promote', 'abort']],
    ['before the start', { phase: 'Waiting', gate }, ['approve', 'reject', 'pause', 'promote', 'abort']],
    ['on the way back', { stage: 'rollingBack' }, []],
    ['while promoting', { phase: 'Promoting' }, []],
    ['after a failure', { phase: 'Failed' }, ['retry']],
    ['after success', { phase: 'Succeeded' }, []],
    ['before the first rollout', { phase: 'Initialized', rolloutId: null }, []],
  ])('%s', (_, changes, commands) => {
    expect(possibleCommands({ ...rolloutRow('c/n/a'), ...changes } as Rollout)).toEqual(commands);
  });
});
