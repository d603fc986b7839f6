import { Asker, type AskerState } from './Asker';

const EVERY = 30_000;

/** Questions that are answered by hand. */
function asking(options: { expectChangeAt?: (value: number) => number | null } = {}) {
  const open: { resolve(value: number): void; reject(error: Error): void }[] = [];
  const states: AskerState<number>[] = [];
  const asker = new Asker<number>(
    () => ({ every: EVERY, ask: () => new Promise((resolve, reject) => open.push({ resolve, reject })), ...options }),
    (state) => states.push(state),
  );
  const answer = async (value: number | Error) => {
    const question = open.at(-1)!;
    if (value instanceof Error) {
      question.reject(value);
    } else {
      question.resolve(value);
    }
    await jest.advanceTimersByTimeAsync(0);
  };
  return { asker, open, states, answer };
}

describe('Asker', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks again after its interval', async () => {
    const { asker, open, states, answer } = asking();
    void asker.ask();
    await answer(1);
    expect(states.at(-1)).toMatchObject({ value: 1, error: undefined });
    await jest.advanceTimersByTimeAsync(EVERY - 1);
    expect(open).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(open).toHaveLength(2);
    asker.stop();
  });

  it('asks soon after a change that was announced, not only after its interval', async () => {
    const { asker, open, answer } = asking({ expectChangeAt: () => Date.now() + 5_000 });
    void asker.ask();
    await answer(1);
    await jest.advanceTimersByTimeAsync(5_699);
    expect(open).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(open).toHaveLength(2);
    asker.stop();
  });

  it('does not ask without a pause where the announced change is overdue', async () => {
    const { asker, open, answer } = asking({ expectChangeAt: () => Date.now() - 60_000 });
    void asker.ask();
    await answer(1);
    await jest.advanceTimersByTimeAsync(999);
    expect(open).toHaveLength(1);
    asker.stop();
  });

  it('answers many signals with one question', async () => {
    const { asker, open, answer } = asking();
    void asker.ask();
    await answer(1);
    for (let signal = 0; signal < 5; signal++) {
      asker.askSoon();
      await jest.advanceTimersByTimeAsync(30);
    }
    await jest.advanceTimersByTimeAsync(200);
    expect(open).toHaveLength(2);
    asker.stop();
  });

  it('asks once more when a signal came while an answer was on its way', async () => {
    const { asker, open, states, answer } = asking();
    void asker.ask();
    asker.askSoon();
    expect(open).toHaveLength(1);
    await answer(1);
    expect(states.at(-1)!.value).toBe(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(open).toHaveLength(2);
    asker.stop();
  });

  it('keeps answering under a storm of signals', async () => {
    const { asker, states, answer, open } = asking();
    void asker.ask();
    for (let second = 0; second < 10; second++) {
      asker.askSoon();
      await jest.advanceTimersByTimeAsync(100);
      if (open.length > states.length) {
        await answer(second);
      }
    }
    expect(states.length).toBeGreaterThanOrEqual(3);
    asker.stop();
  });

  it('keeps the last answer while tries fail, and tries with growing distance', async () => {
    const { asker, open, states, answer } = asking();
    void asker.ask();
    await answer(1);
    await jest.advanceTimersByTimeAsync(EVERY);
    const distances: number[] = [];
    for (let failure = 0; failure < 5; failure++) {
      const before = open.length;
      await answer(new Error('down'));
      const since = Date.now();
      expect(states.at(-1)).toMatchObject({ value: 1, failures: failure + 1, nextTryAt: expect.any(Number) });
      while (open.length === before) {
        await jest.advanceTimersByTimeAsync(500);
      }
      distances.push(Date.now() - since);
    }
    expect(distances).toEqual([2_000, 4_000, 8_000, 15_000, 15_000]);
    await answer(2);
    expect(states.at(-1)).toMatchObject({ value: 2, failures: 0, error: undefined, failingSince: null });
    asker.stop();
  });

  it('says nothing more once it is stopped', async () => {
    const { asker, open, states, answer } = asking();
    void asker.ask();
    asker.stop();
    await answer(1);
    await jest.advanceTimersByTimeAsync(10 * EVERY);
    expect(states).toHaveLength(0);
    expect(open).toHaveLength(1);
  });
});
