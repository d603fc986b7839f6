import type { Action, Convergence } from '../decision/Action';
import { blankState } from '../decision/blankState';
import type { Decision, Judgement } from '../decision/Decision';
import type { Answer, Question } from '../decision/Question';
import type { RolloutState } from '../decision/RolloutState';
import type { Situation } from '../decision/Situation';
import { KubeError } from '../kubernetes';
import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { StoreUnavailable } from '../store/StoreUnavailable';
import { silentLogger } from '../telemetry/Logger';
import { aSituation } from '../testing/aSituation';
import { ActionFailure } from './ActionFailure';
import { CanaryLoop, type LoopParts } from './CanaryLoop';
import { idle } from './testing/idle';

const LEASE = { engineId: 'one', shard: 1, epoch: 4 };
const DONE: Convergence = { actions: [], confirmed: true, waiting: null };
const NOTHING: Judgement = { kind: 'idle', wakeAt: null };
const question: Question = { kind: 'webhook', id: 'rollout/0', index: 0, type: 'rollout', phase: 'Progressing' };
const setRoutes: Action = {
  key: 'setRoutes:10',
  direction: 'forward',
  type: 'setRoutes',
  routes: { primary: 90, canary: 10, mirror: false },
};

let clock: ManualTimers;
let log: string[];
let saved: { state: RolloutState | null; confirmedAt: number | null };
let leased: boolean;
let inSight: boolean;
/** Calls the loop to write, while it stands in line. */
let callToWrite: (() => void) | null;
let parts: LoopParts;
let seen: Situation[];
let loop: CanaryLoop;

beforeEach(() => {
  clock = new ManualTimers();
  log = [];
  seen = [];
  leased = true;
  inSight = true;
  callToWrite = null;
  saved = { state: null, confirmedAt: null };
  parts = {
    lease: () => (leased ? LEASE : null),
    inSight: () => inSight,
    async load() {
      log.push('load');
      return saved.state && { key: { cluster: 'east', namespace: 'test', name: 'podinfo' }, uid: 'uid', ...saved, state: saved.state };
    },
    async observe(cause, memory) {
      log.push(`observe ${cause}`);
      return aSituation({ now: clock.now(), cause, ...memory });
    },
    judge(situation) {
      seen.push(situation);
      return NOTHING;
    },
    async ask(questions) {
      log.push(`ask ${questions.map(({ id }) => id)}`);
      return questions.map(({ id }): Answer => ({ id, result: { kind: 'http', status: 200, excerpt: '' }, at: clock.now(), took: 1 }));
    },
    async record(_, __, answers, { state }) {
      log.push(`record ${state.sequence} after ${answers.length} answers`);
      saved = { state, confirmedAt: null };
      return true;
    },
    converge: () => DONE,
    async act({ key }) {
      log.push(`act ${key}`);
    },
    async fence() {
      log.push('fence');
    },
    whenRoom(direction, ready) {
      log.push(`stands in line to go ${direction}`);
      callToWrite = ready;
      return () => {
        callToWrite = null;
      };
    },
    async confirm(_, sequence, confirmedAt, dueAt) {
      log.push(`confirm ${sequence} due ${dueAt === null ? 'never' : dueAt - clock.now()}`);
      saved = { ...saved, confirmedAt };
      return true;
    },
    async report() {
      log.push('report');
    },
    async forget() {
      log.push('forget');
    },
    leave: () => log.push('leave'),
  };
  loop = new CanaryLoop(parts, { clock, logger: silentLogger });
});

afterEach(() => loop.stop());

/** A state after `sequence` decisions, in a rollout that runs unless said otherwise. */
function stateAt(sequence: number, weight = 0, running = true): RolloutState {
  const state = blankState(clock.now());
  const rollout = { endedAt: running ? null : 1 } as RolloutState['rollout'];
  const desired = { ...state.desired, routes: { primary: 100 - weight, canary: weight, mirror: false } };
  return { ...state, sequence, rollout, desired };
}

function decisionFor(state: RolloutState): Judgement {
  const decision: Decision = { kind: 'advance', state, verdict: 'pass', checks: [], events: [], alerts: [], reason: '', answers: [] };
  return { kind: 'decide', decision };
}

/** Decides once, for the first situation in which the state is `sequence - 1`. */
function decideOnce(sequence: number, weight = 10): void {
  parts.judge = (situation) => {
    seen.push(situation);
    return (situation.state?.sequence ?? 0) === sequence - 1 ? decisionFor(stateAt(sequence, weight)) : NOTHING;
  };
}

/** A world in which routes are missing until they were written. */
function missingRoutes(): { present: boolean } {
  const world = { present: false };
  parts.converge = (situation) =>
    situation.state === null || world.present ? DONE : { actions: [setRoutes], confirmed: false, waiting: null };
  const act = parts.act;
  parts.act = async (...args) => {
    await act(...args);
    world.present = true;
  };
  return world;
}

async function takeOver(): Promise<void> {
  loop.takeover();
  await idle();
}

/** Lets time pass and everything happen that falls due in it, in steps of at most a second. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(Math.min(left, 1_000));
    await idle();
  }
}

const passes = () => log.filter((line) => line.startsWith('observe')).length;

describe('one way through the house', () => {
  it('asks, records, then acts, confirms what it sees, and reports at the end', async () => {
    missingRoutes();
    parts.judge = ({ state, confirmedAt }, answers) => {
      if (state === null) return answers.length === 0 ? { kind: 'ask', questions: [question] } : decisionFor(stateAt(1, 10));
      return { kind: 'idle', wakeAt: confirmedAt === null ? null : confirmedAt + 10_000 };
    };
    await takeOver();
    expect(log).toEqual([
      'load',
      'observe takeover',
      'ask rollout/0',
      'record 1 after 1 answers',
      'observe acted',
      'act setRoutes:10',
      'observe acted',
      'observe acted',
      'confirm 1 due 10000',
      'report',
    ]);
  });

  it('looks again when judge said, and records the confirmation once', async () => {
    decideOnce(1);
    const judge = parts.judge;
    const due = clock.now() + 10_000;
    parts.judge = (situation, answers) => {
      const judgement = judge(situation, answers);
      return judgement.kind === 'idle' ? { kind: 'idle', wakeAt: clock.now() < due ? due : null } : judgement;
    };
    await takeOver();
    log.length = 0;
    await pass(9_000);
    expect(log).toEqual([]);
    await pass(1_000);
    expect(log).toEqual(['observe due', 'confirm 1 due never', 'report']);
  });

  it('costs an idle Canary no write at takeover', async () => {
    saved = { state: stateAt(7, 0, false), confirmedAt: 123 };
    await takeOver();
    expect(log).toEqual(['load', 'observe takeover', 'report']);
    expect(seen[0]).toMatchObject({ confirmedAt: 123, state: { sequence: 7 } });
  });

  it('does nothing without a lease, and is told when there is one', async () => {
    leased = false;
    await takeOver();
    loop.changed();
    await pass(5_000);
    expect(log).toEqual([]);
    leased = true;
    await takeOver();
    expect(log).toContain('report');
  });

  it('does nothing while the cluster is out of sight, and looks as soon as it is not', async () => {
    decideOnce(1);
    missingRoutes();
    inSight = false;
    await takeOver();
    loop.changed();
    loop.command();
    await pass(60_000);
    expect(log).toEqual([]);
    inSight = true;
    await pass(1_000);
    expect(log.slice(0, 4)).toEqual(['load', 'observe due', 'record 1 after 0 answers', 'observe acted']);
    inSight = false;
    const { length } = log;
    loop.changed();
    await pass(60_000);
    expect(log).toHaveLength(length);
  });

  it('reads again what another engine may have decided after its shard was lost', async () => {
    await takeOver();
    loop.lost();
    saved = { state: stateAt(9, 0, false), confirmedAt: 123 };
    await takeOver();
    expect(log.filter((line) => line === 'load' || line === 'leave')).toEqual(['load', 'leave', 'load']);
    expect(seen.at(-1)!.state!.sequence).toBe(9);
  });

  it('ends with a Canary that is gone', async () => {
    parts.observe = async () => null;
    await takeOver();
    expect(log).toEqual(['load', 'forget']);
  });

  it('goes on later when there is no end of decisions', async () => {
    parts.judge = ({ state }) => decisionFor(stateAt((state?.sequence ?? 0) + 1));
    await takeOver();
    await idle();
    const first = passes();
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(100);
    await pass(1_000);
    expect(passes()).toBe(2 * first);
  });
});

describe('polls', () => {
  it('that decide nothing are remembered, so that the next one keeps its distance', async () => {
    saved = { state: stateAt(3, 0, false), confirmedAt: clock.now() };
    parts.judge = (situation, answers) => {
      seen.push(situation);
      return answers.length === 0 ? { kind: 'ask', questions: [question] } : NOTHING;
    };
    await takeOver();
    expect(seen[0].polledAt).toBeNull();
    const polledAt = clock.now();
    await pass(3_000);
    loop.command();
    await idle();
    expect(seen.at(-1)!.polledAt).toBe(polledAt);
  });

  it('are unknown after a takeover', async () => {
    parts.judge = (situation, answers) => {
      seen.push(situation);
      return answers.length === 0 ? { kind: 'ask', questions: [question] } : NOTHING;
    };
    await takeOver();
    await takeOver();
    expect(seen.at(-1)!.polledAt).toBeNull();
  });
});

describe('a decision that another engine was faster with', () => {
  it('is dropped: what was decided is read, and judged anew', async () => {
    decideOnce(1);
    const record = parts.record;
    let fenced = true;
    parts.record = async (...args) => {
      if (!fenced) return record(...args);
      fenced = false;
      saved = { state: stateAt(5), confirmedAt: null };
      return false;
    };
    await takeOver();
    expect(log).toEqual(['load', 'observe takeover']);
    await pass(1_000);
    expect(log.slice(2, 5)).toEqual(['load', 'observe due', 'fence']);
    expect(seen.at(-1)!.state!.sequence).toBe(5);
  });
});

describe('the database', () => {
  it('away: nothing is done until it answers, and it is asked ever less often', async () => {
    decideOnce(1);
    missingRoutes();
    const record = parts.record;
    let away = true;
    let tries = 0;
    parts.record = async (...args) => {
      tries += 1;
      if (away) throw new StoreUnavailable('The database does not answer: connection refused.');
      return record(...args);
    };
    await takeOver();
    await pass(60_000);
    expect(log.some((line) => line.startsWith('act'))).toBe(false);
    expect(tries).toBeGreaterThanOrEqual(5);
    expect(tries).toBeLessThanOrEqual(8);
    away = false;
    await pass(30_000);
    expect(log).toContain('act setRoutes:10');
  });

  it('is read again after an error, because nobody knows what was committed', async () => {
    decideOnce(1);
    const record = parts.record;
    parts.record = async (...args) => {
      await record(...args);
      parts.record = record;
      throw new StoreUnavailable('The connection broke before the answer.');
    };
    await takeOver();
    await pass(1_000);
    expect(log.filter((line) => line.startsWith('record'))).toEqual(['record 1 after 0 answers']);
    expect(seen.at(-1)!.state!.sequence).toBe(1);
  });
});

describe('takeover', () => {
  it('of a running rollout begins with a fence, of an ended one does not', async () => {
    saved = { state: stateAt(5, 10), confirmedAt: null };
    await takeOver();
    expect(log.slice(0, 3)).toEqual(['load', 'observe takeover', 'fence']);
    log.length = 0;
    saved = { state: stateAt(5, 10, false), confirmedAt: null };
    await takeOver();
    expect(log).not.toContain('fence');
  });

  it('decides nothing before the fence is written, and tries again', async () => {
    saved = { state: stateAt(5, 10), confirmedAt: null };
    parts.fence = async () => {
      log.push('fence');
      if (log.filter((line) => line === 'fence').length < 3) throw new ActionFailure('failed', 'unavailable', '503');
    };
    await takeOver();
    expect(seen).toEqual([]);
    await pass(10_000);
    expect(log.filter((line) => line === 'fence')).toHaveLength(3);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('lets people be told, and answer, when the cluster is ahead', async () => {
    saved = { state: stateAt(5, 10), confirmedAt: null };
    let ahead = true;
    parts.fence = async () => {
      if (ahead) throw new ActionFailure('superseded', 'conflict', 'TrafficSplit podinfo was written by a newer decision (9.40)');
      log.push('fence');
    };
    await takeOver();
    expect(seen.length).toBeGreaterThan(0);
    ahead = false;
    loop.command();
    await idle();
    expect(log).toContain('fence');
  });
});

describe('actions', () => {
  beforeEach(() => decideOnce(1));

  it('that fail are told to judge at once, and tried again in their time', async () => {
    parts.converge = ({ state }) => (state === null ? DONE : { actions: [setRoutes], confirmed: false, waiting: null });
    parts.act = async () => {
      log.push('act');
      throw new ActionFailure('failed', 'refused', 'admission webhook denied');
    };
    await takeOver();
    const [told] = seen.at(-1)!.outcomes;
    expect(told).toMatchObject({ key: 'setRoutes:10', kind: 'refused', message: 'admission webhook denied', attempts: 1 });
    expect(log.filter((line) => line === 'act')).toHaveLength(1);
    await pass(45_000);
    expect(log.filter((line) => line === 'act')).toHaveLength(3);
    expect(seen.at(-1)!.outcomes).toMatchObject([{ attempts: 3, since: told.since }]);
  });

  it('keep their history through decisions that want the same world, and lose it with another', async () => {
    parts.converge = ({ state }) => (state === null ? DONE : { actions: [setRoutes], confirmed: false, waiting: null });
    parts.act = async () => {
      throw new ActionFailure('failed', 'refused', 'denied');
    };
    await takeOver();
    const since = clock.now();
    await pass(5_000);
    decideOnce(2, 10);
    loop.command();
    await idle();
    expect(seen.at(-1)!.outcomes).toMatchObject([{ since }]);
    decideOnce(3, 0);
    parts.act = async () => {};
    loop.command();
    await idle();
    expect(seen.at(-1)!.outcomes).toEqual([]);
  });

  it('that somebody else made unnecessary are no trouble any more, not even for one look', async () => {
    let missing = true;
    parts.converge = ({ state }) => (state === null || !missing ? DONE : { actions: [setRoutes], confirmed: false, waiting: null });
    parts.act = async () => {
      throw new ActionFailure('failed', 'refused', 'denied');
    };
    await takeOver();
    missing = false;
    const looks = seen.length;
    loop.changed();
    await pass(1_000);
    expect(seen.slice(looks).every(({ outcomes }) => outcomes.length === 0)).toBe(true);
  });

  it('that change nothing do not become a storm', async () => {
    parts.converge = ({ state }) => (state === null ? DONE : { actions: [setRoutes], confirmed: false, waiting: null });
    await takeOver();
    await pass(60_000);
    expect(log.filter((line) => line.startsWith('act')).length).toBeLessThanOrEqual(8);
  });

  it('repair what somebody changes again and again ever more slowly, at the decided weights', async () => {
    const world = missingRoutes();
    await takeOver();
    log.length = 0;
    const repairs: number[] = [];
    const act = parts.act;
    parts.act = async (...args) => {
      repairs.push(clock.now());
      await act(...args);
    };
    for (let time = 0; time < 120; time++) {
      world.present = false;
      loop.changed();
      await pass(1_000);
    }
    expect(repairs.slice(1).map((at, i) => Math.round((at - repairs[i]) / 1_000))).toEqual([10, 20, 40]);
    expect(log.some((line) => line.startsWith('record'))).toBe(false);
  });

  it('repair at once what a decision only told about', async () => {
    const world = missingRoutes();
    await takeOver();
    world.present = false;
    decideOnce(2, 10);
    const repairs: number[] = [];
    const act = parts.act;
    parts.act = async (...args) => {
      repairs.push(clock.now());
      await act(...args);
    };
    loop.changed();
    await pass(1_000);
    world.present = false;
    loop.changed();
    await pass(15_000);
    expect(repairs.map((at) => Math.round((at - repairs[0]) / 1_000))).toEqual([0, 10]);
  });

  it('go on to the next group only while they succeed', async () => {
    const second = { ...setRoutes, key: 'second' };
    parts.converge = ({ state }) => (state === null ? DONE : { actions: [setRoutes, second], confirmed: false, waiting: null });
    parts.act = async ({ key }) => {
      log.push(key);
      if (key === setRoutes.key) throw new ActionFailure('failed', 'unauthorized', 'forbidden');
    };
    await takeOver();
    expect(log.filter((line) => line === setRoutes.key)).toHaveLength(1);
  });

  describe('for which the API server has no room', () => {
    const unsent = () =>
      new ActionFailure('failed', 'unavailable', 'not sent', {
        cause: new KubeError('unavailable', { verb: 'update', resource: 'x' }, { status: 0, reason: 'Overload', message: 'not sent' }),
      });
    let room: boolean;

    beforeEach(() => {
      room = false;
      const world = missingRoutes();
      const { act } = parts;
      parts.act = async (...args) => {
        if (!room) {
          log.push('not sent');
          throw unsent();
        }
        await act(...args);
        world.present = true;
      };
    });

    it('stand in line once, and are taken as soon as it is their turn, after another look', async () => {
      await takeOver();
      await pass(20_000);
      expect(log.filter((line) => line === 'not sent')).toHaveLength(1);
      expect(log.filter((line) => line.startsWith('stands in line'))).toEqual(['stands in line to go forward']);
      room = true;
      const { length } = log;
      callToWrite!();
      await idle();
      expect(log.slice(length, length + 2)).toEqual(['observe acted', `act ${setRoutes.key}`]);
      await pass(60_000);
      expect(log.filter((line) => line.startsWith('act '))).toHaveLength(1);
    });

    it('are tried again after 30 s even if nobody calls', async () => {
      await takeOver();
      room = true;
      await pass(38_000);
      expect(log).toContain(`act ${setRoutes.key}`);
    });

    it('leave the line when another engine answers for the Canary', async () => {
      await takeOver();
      expect(callToWrite).not.toBeNull();
      loop.lost();
      expect(callToWrite).toBeNull();
    });
  });
});

describe('a command', () => {
  it('does not wait for a slow webhook: the pass is given up and the next one hears it', async () => {
    parts.judge = (situation, answers) => {
      seen.push(situation);
      return answers.length === 0 && situation.cause !== 'command' ? { kind: 'ask', questions: [question] } : NOTHING;
    };
    parts.ask = () => new Promise(() => log.push('ask'));
    await takeOver();
    expect(log.at(-1)).toBe('ask');
    loop.command();
    await idle();
    expect(log.slice(-2)).toEqual(['observe command', 'report']);
  });

  it('that came just before the question is heard before it is asked', async () => {
    const observe = parts.observe;
    parts.observe = async (...args) => {
      const found = await observe(...args);
      if (passes() === 1) loop.command();
      return found;
    };
    parts.judge = ({ cause }) => (cause === 'command' ? NOTHING : { kind: 'ask', questions: [question] });
    await takeOver();
    expect(log.filter((line) => line.startsWith('ask'))).toEqual([]);
    expect(log).toContain('observe command');
  });

  it('to stop does not wait for answers either', async () => {
    parts.judge = () => ({ kind: 'ask', questions: [question] });
    parts.ask = () => new Promise(() => {});
    await takeOver();
    await loop.stop();
    expect(log).toEqual(['load', 'observe takeover']);
  });
});

describe('the status', () => {
  it('that cannot be written stops nothing, and is tried again', async () => {
    let refused = true;
    parts.report = async () => {
      log.push('report');
      if (refused) throw new Error('canaries.flagger.app/status is forbidden');
    };
    await takeOver();
    await pass(9_000);
    expect(log.filter((line) => line === 'report')).toHaveLength(1);
    refused = false;
    await pass(30_000);
    expect(log.filter((line) => line === 'report')).toHaveLength(2);
  });
});

describe('a status for which there is no room', () => {
  it('is written when it is its turn', async () => {
    let room = false;
    parts.report = async () => {
      if (!room)
        throw new KubeError('unavailable', { verb: 'patch', resource: 'x' }, { status: 0, reason: 'Overload', message: 'not sent' });
      log.push('report');
    };
    await takeOver();
    await pass(20_000);
    expect(log).not.toContain('report');
    room = true;
    callToWrite!();
    await idle();
    expect(log.at(-1)).toBe('report');
  });
});

describe('a pass that fails for a reason that nobody foresaw', () => {
  it('is repeated, ever more slowly', async () => {
    let failures = 0;
    parts.converge = () => {
      failures += 1;
      throw new TypeError('undefined is not a function');
    };
    await takeOver();
    await pass(120_000);
    expect(failures).toBeGreaterThanOrEqual(6);
    expect(failures).toBeLessThanOrEqual(10);
    parts.converge = () => DONE;
    await pass(30_000);
    expect(log).toContain('report');
  });
});
