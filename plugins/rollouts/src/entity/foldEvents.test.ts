import type { RolloutEvent } from '@aviary/plugin-rollouts-common';
import { foldEvents } from './foldEvents';

const event = (at: number, message: string, rolloutId = 'r1'): RolloutEvent => ({ at, type: 'Normal', message, rolloutId });

describe('foldEvents', () => {
  it('folds events that differ in numbers only into the newest', () => {
    const groups = foldEvents([
      event(3, 'Advance podinfo.test canary weight 15'),
      event(2, 'New revision'),
      event(1, 'Advance podinfo.test canary weight 10'),
    ]);
    expect(groups.map(({ event: { at }, count }) => [at, count])).toEqual([
      [3, 2],
      [2, 1],
    ]);
  });

  it('does not mix two rollouts', () => {
    expect(foldEvents([event(2, 'New revision', 'r2'), event(1, 'New revision', 'r1')])).toHaveLength(2);
  });
});
