import type { ActionOutcome } from '../decision/Situation';
import { KubeError } from '../kubernetes';
import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { ActionFailure } from './ActionFailure';
import { ActionRetries } from './ActionRetries';

const action = { key: 'setRoutes:20', direction: 'forward' as const };
const other = { key: 'ensure:apexService', direction: 'forward' as const };

let clock: ManualTimers;
let retries: ActionRetries;

beforeEach(() => {
  clock = new ManualTimers();
  retries = new ActionRetries(clock, () => 0);
});

/** Fails as soon as it may, so many times; gives the delays between the tries. */
function delays(failure: ActionFailure, tries: number): number[] {
  const found: number[] = [];
  for (let done = 0; done < tries; done++) {
    retries.failed(action, failure);
    const delay = retries.nextAt([action], false)! - clock.now();
    expect(retries.due(action.key, false)).toBe(false);
    clock.advance(delay);
    expect(retries.due(action.key, false)).toBe(true);
    found.push(delay);
  }
  return found;
}

describe('an action that fails', () => {
  it.each<[ActionOutcome['kind'], number[]]>([
    ['conflict', [100, 200, 400, 800, 1_000, 1_000]],
    ['unavailable', [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
    ['unauthorized', [60_000, 60_000]],
    ['refused', [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]],
    ['misconfigured', [10_000, 20_000, 40_000]],
    [null, [1_000, 2_000, 4_000]],
  ])('as %s is tried again after %j ms', (kind, expected) => {
    expect(delays(new ActionFailure(kind === null ? 'superseded' : 'failed', kind, 'no'), expected.length)).toEqual(expected);
  });

  it('is tried again at once when a permission was granted, if it was refused for want of one', () => {
    retries.failed(action, new ActionFailure('failed', 'unauthorized', 'no'));
    retries.failed(other, new ActionFailure('failed', 'refused', 'no'));
    retries.permitted();
    expect([retries.due(action.key, false), retries.due(other.key, false)]).toEqual([true, false]);
    expect(retries.outcomes()).toHaveLength(2);
  });

  it('that was never sent waits for its turn, and for 30 s at most', () => {
    const cause = new KubeError(
      'unavailable',
      { verb: 'update', resource: 'deployments.apps' },
      { status: 0, reason: 'Overload', message: '' },
    );
    const unsent = new ActionFailure('failed', 'unavailable', 'not sent', { cause });
    expect(delays(unsent, 3)).toEqual([30_000, 30_000, 30_000]);
    retries.failed(action, unsent);
    retries.failed(other, new ActionFailure('failed', 'unavailable', 'no answer'));
    retries.roomy();
    expect([retries.due(action.key, false), retries.due(other.key, false)]).toEqual([true, false]);
  });

  it('waits as long as the API server asks, when that is longer', () => {
    expect(delays(new ActionFailure('failed', 'unavailable', 'busy', { retryAfter: 7_000 }), 4)).toEqual([7_000, 7_000, 7_000, 8_000]);
  });

  it('does not come back in step with a thousand others', () => {
    retries = new ActionRetries(clock, () => 0.8);
    expect(delays(new ActionFailure('failed', 'unavailable', 'busy'), 2)).toEqual([1_200, 2_400]);
  });

  it('tells what fails since when, and counts anew when the kind changes', () => {
    const since = clock.now();
    delays(new ActionFailure('failed', 'unavailable', 'connection reset'), 2);
    retries.failed(action, new ActionFailure('failed', 'refused', 'denied'));
    expect(retries.outcomes()).toEqual([
      { key: action.key, direction: 'forward', result: 'failed', kind: 'refused', message: 'denied', attempts: 1, since },
    ]);
  });

  it('is unavailable when it threw anything else', () => {
    retries.failed(action, new TypeError('x is not a function'));
    expect(retries.outcomes()).toMatchObject([{ result: 'failed', kind: 'unavailable', message: 'x is not a function' }]);
  });

  it('is forgotten when it succeeds, when another world is desired, or when it need not be done any more', () => {
    for (const end of [
      () => retries.succeeded(action.key, false),
      () => retries.clear(),
      () => retries.keep([other]),
      () => retries.keep([]),
    ]) {
      retries.failed(action, new ActionFailure('failed', 'refused', 'denied'));
      end();
      expect(retries.outcomes()).toEqual([]);
    }
  });

  it('is remembered while it is still to be done', () => {
    retries.failed(action, new ActionFailure('failed', 'refused', 'denied'));
    retries.keep([other, action]);
    expect(retries.outcomes()).toHaveLength(1);
    expect(retries.nextAt([other, action], false)).toBeLessThanOrEqual(clock.now());
  });
});

describe('an action that succeeds', () => {
  it('and does not show is done again after a second, two, four …', () => {
    const found = [1, 2, 3, 4].map(() => {
      retries.succeeded(action.key, false);
      retries.keep([action]);
      const delay = retries.nextAt([action], false)! - clock.now();
      clock.advance(delay);
      return delay;
    });
    expect(found).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('and shows may be done again at once', () => {
    retries.succeeded(action.key, false);
    retries.keep([]);
    expect(retries.due(action.key, false)).toBe(true);
  });
});

describe('a repair', () => {
  /** Repairs as soon as it may, while somebody changes it back at once. */
  function fight(times: number): number[] {
    return Array.from({ length: times }, () => {
      const delay = Math.max(0, retries.nextAt([action], true)! - clock.now());
      clock.advance(delay);
      expect(retries.due(action.key, true)).toBe(true);
      retries.succeeded(action.key, true);
      retries.keep([]);
      return delay;
    });
  }

  it('is made at once, then after 10 s, 20 s … 5 min while the same thing comes back', () => {
    expect(fight(8)).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it('of something else is not held back', () => {
    fight(5);
    expect(retries.due(other.key, true)).toBe(true);
  });

  it('is made at once again when it had lasted', () => {
    fight(3);
    clock.advance(90_000);
    expect(fight(2)).toEqual([0, 10_000]);
  });

  it('never delays what a decision wants', () => {
    fight(5);
    expect(retries.due(action.key, false)).toBe(true);
  });
});
