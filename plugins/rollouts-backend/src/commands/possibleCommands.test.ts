import type { Rollout } from '@aviary/plugin-rollouts-common';
import { rolloutRow } from '../testing/rolloutRow';
import { possibleCommands } from './possibleCommands';

const gate = { type: 'confirm-promotion', name: 'gate', since: 1 };
const paused = { by: 'user:default/guest', why: 'vendor is down', at: 1 };

describe('possibleCommands', () => {
  it.each<[string, Partial<Rollout>, string[]]>([
    ['in the analysis', {}, ['pause', 'promote', 'abort']],
    ['while the canary scales up', { stage: 'scalingUp' }, ['pause', 'abort']],
    ['while paused', { paused }, ['resume', 'promote', 'abort']],
    ['before a gate', { phase: 'WaitingPromotion', gate }, ['approve', 'reject', 'pause', 'promote', 'abort']],
    ['before the start', { phase: 'Waiting', stage: 'idle', gate }, ['approve', 'reject', 'pause', 'abort']],
    ['on the way back', { stage: 'rollingBack' }, []],
    ['while promoting', { phase: 'Promoting', stage: 'promoting' }, ['abort']],
    ['while traffic goes to the new primary', { phase: 'Promoting', stage: 'shifting' }, []],
    ['after a failure', { phase: 'Failed', stage: 'idle' }, ['retry']],
    ['after a failed promotion', { phase: 'Failed', stage: 'unhealthyPrimary' }, []],
    ['after success', { phase: 'Succeeded', stage: 'idle' }, []],
    ['before the first rollout', { phase: 'Initialized', stage: 'idle', rolloutId: null }, []],
  ])('%s', (_, changes, commands) => {
    expect(possibleCommands({ ...rolloutRow('c/n/a'), ...changes } as Rollout)).toEqual(commands);
  });
});
