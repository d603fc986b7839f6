import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { PassQueue, type Cause } from './PassQueue';
import { idle } from './testing/idle';

let clock: ManualTimers;
let passes: { cause: Cause; at: number }[];
let running: number;
let most: number;
let release: (() => void)[];
let queue: PassQueue;

/** With `slow` every pass lasts until it is released. */
function open(slow = false): void {
  clock = new ManualTimers();
  passes = [];
  running = 0;
  most = 0;
  release = [];
  const started = clock.now();
  queue = new PassQueue(async (cause) => {
    running += 1;
    most = Math.max(most, running);
    passes.push({ cause, at: clock.now() - started });
    if (slow) await new Promise<void>((resolve) => release.push(resolve));
    running -= 1;
  }, clock);
}

const times = () => passes.map(({ at }) => at);
const causes = () => passes.map(({ cause }) => cause);

/** Changes every `every` milliseconds, so many times. */
async function flap(count: number, every: number): Promise<void> {
  for (let change = 0; change < count; change++) {
    queue.changed();
    clock.advance(every);
    await idle();
  }
}

describe('changes', () => {
  it('are gathered: one pass when nothing has changed for 250 ms', async () => {
    open();
    await flap(3, 200);
    expect(passes).toEqual([]);
    clock.advance(49);
    expect(times()).toEqual([]);
    clock.advance(1);
    expect(passes).toEqual([{ cause: 'changed', at: 650 }]);
  });

  it('wait one second at most, however much goes on', async () => {
    open();
    await flap(11, 100);
    expect(times()).toEqual([1_000]);
  });

  it('are slowed down when they do not end, to one pass every two seconds', async () => {
    open();
    await flap(250, 100);
    expect(times().slice(0, 5)).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    const gaps = times().map((at, i) => at - (times()[i - 1] ?? 0));
    expect(gaps.slice(10)).toEqual(Array(gaps.length - 10).fill(2_000));
    expect(passes.length).toBeLessThanOrEqual(5 + 25_000 / 2_000 + 1);
  });

  it('may come in a burst again after a quiet time', async () => {
    open();
    await flap(250, 100);
    clock.advance(60_000);
    await idle();
    const before = passes.length;
    await flap(50, 100);
    expect(passes.length - before).toBeGreaterThanOrEqual(4);
  });
});

describe('passes', () => {
  it('are never two at a time; what comes meanwhile is one more pass, for the strongest cause', async () => {
    open(true);
    queue.now('changed');
    queue.now('due');
    queue.now('command');
    queue.now('due');
    expect(causes()).toEqual(['changed']);
    release.shift()!();
    await idle();
    expect(causes()).toEqual(['changed', 'command']);
    release.shift()!();
    await idle();
    expect([most, running]).toEqual([1, 0]);
  });

  it.each<Cause>(['command', 'takeover', 'due'])('for %s are held back neither by the quiet time nor by the tokens', async (cause) => {
    open();
    await flap(250, 100);
    const before = passes.length;
    queue.now(cause);
    expect(causes().slice(before)).toEqual([cause]);
  });
});

describe('appointments', () => {
  it('are kept, once', async () => {
    open();
    queue.wakeAt(clock.now() + 5_000);
    clock.advance(4_999);
    expect(passes).toEqual([]);
    clock.advance(20_000);
    expect(passes).toEqual([{ cause: 'due', at: 5_000 }]);
  });

  it('take the place of the one before, and may be called off', async () => {
    open();
    queue.wakeAt(clock.now() + 5_000);
    queue.wakeAt(clock.now() + 8_000);
    clock.advance(7_999);
    expect(passes).toEqual([]);
    queue.wakeAt(null);
    clock.advance(20_000);
    expect(passes).toEqual([]);
  });

  it('in the past are kept at once', async () => {
    open();
    queue.wakeAt(clock.now() - 5_000);
    clock.advance(0);
    expect(causes()).toEqual(['due']);
  });
});

describe('stop', () => {
  it('waits for the running pass and begins no other', async () => {
    open(true);
    queue.now('due');
    queue.now('command');
    queue.changed();
    queue.wakeAt(clock.now() + 1_000);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await idle();
    expect(stopped).toBe(false);
    release.shift()!();
    await stopping;
    clock.advance(60_000);
    queue.now('takeover');
    expect(causes()).toEqual(['due']);
  });
});
