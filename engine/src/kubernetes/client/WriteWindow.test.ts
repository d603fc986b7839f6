import { ManualTimers } from '../testing/ManualTimers';
import { WindowFull, WriteWindow, type WriteRank } from './WriteWindow';

const OVERLOAD = new Error('no answer');

describe('WriteWindow', () => {
  let timers: ManualTimers;
  let window: WriteWindow;
  /** The writes that were sent and not answered yet, oldest first, with the time that each had left. */
  let sent: { name: string; left: number; answer: () => void; fail: (error: Error) => void }[];

  beforeEach(() => {
    timers = new ManualTimers();
    window = new WriteWindow(timers);
    sent = [];
  });

  function write({ rank = 'usual', name = '' }: { rank?: WriteRank; name?: string } = {}): Promise<string> {
    const send = (left: number) =>
      new Promise<string>((resolve, reject) => {
        sent.push({ name, left, answer: () => resolve('written'), fail: reject });
      });
    return window.run(send, { ms: 2_000, rank, isOverload: (error) => error === OVERLOAD });
  }

  const sixteen = () => Array.from({ length: 16 }, () => write());

  /** Lets the server answer the oldest write. */
  async function answerOne(): Promise<void> {
    sent.shift()!.answer();
    await settle();
  }

  const settle = () => new Promise((resolve) => setImmediate(resolve));

  /** Sends `count` writes and lets the server answer each at once. */
  async function answered(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const written = write();
      await settle();
      sent.splice(0).forEach(({ answer }) => answer());
      await written;
    }
  }

  /** Lets a write go unanswered. */
  async function overload(): Promise<void> {
    const lost = write();
    await settle();
    timers.advance(1);
    sent.splice(0).forEach(({ fail }) => fail(OVERLOAD));
    await expect(lost).rejects.toBe(OVERLOAD);
  }

  it('lets sixteen writes go at once, the next when one is answered, with the time that it has left', async () => {
    const writes = [...sixteen(), write()];
    await settle();
    expect(sent).toHaveLength(16);
    timers.advance(600);
    sent[0].answer();
    await settle();
    expect(sent.map(({ left }) => left)).toEqual([...Array(16).fill(2_000), 1_400]);
    sent.forEach(({ answer }) => answer());
    expect(await Promise.all(writes)).toEqual(Array(17).fill('written'));
  });

  it('gives up what is not sent in half of its time, and never sends it', async () => {
    const writes = [...sixteen(), write()];
    const late = writes[16].catch((error: Error) => error);
    await settle();
    timers.advance(1_000);
    expect(await late).toBeInstanceOf(WindowFull);
    expect(await late).toMatchObject({
      message: 'not sent: the API server has not answered 16 other writes, and this one waited 1000 ms',
    });
    sent.splice(0).forEach(({ answer }) => answer());
    await Promise.all(writes.slice(0, 16));
    expect(sent).toHaveLength(0);
  });

  it('halves at silence, once for all that were under way, down to one', async () => {
    const writes = sixteen();
    const lost = Promise.all(writes.map((each) => expect(each).rejects.toBe(OVERLOAD)));
    await settle();
    timers.advance(2_000);
    sent.splice(0).forEach(({ fail }) => fail(OVERLOAD));
    await lost;
    expect(window.size).toBe(8);
    const sizes = [];
    for (let i = 0; i < 4; i++) {
      await overload();
      sizes.push(window.size);
    }
    expect(sizes).toEqual([4, 2, 1, 1]);
  });

  it('grows with each answer, to twice what it began with and no further', async () => {
    for (let i = 0; i < 5; i++) await overload();
    expect(window.size).toBe(1);
    await answered(3);
    expect(window.size).toBe(2);
    await answered(600);
    expect(window.size).toBe(32);
  });

  it('takes a refusal for an answer', async () => {
    await overload();
    const refused = write();
    await settle();
    sent.splice(0).forEach(({ fail }) => fail(new Error('conflict')));
    await expect(refused).rejects.toThrow('conflict');
    expect(window.size).toBe(8);
    await answered(8);
    expect(window.size).toBe(9);
  });

  it('lets those of the first rank go first and those of the last rank last, in the order in which they came', async () => {
    sixteen();
    await settle();
    for (const name of ['event', 'step', 'rollback']) {
      const rank = ({ event: 'last', step: 'usual', rollback: 'first' } as const)[name]!;
      void write({ rank, name: `${name} 1` });
      void write({ rank, name: `${name} 2` });
    }
    await settle();
    for (let i = 0; i < 16; i++) await answerOne();
    expect(sent.map(({ name }) => name)).toEqual(['rollback 1', 'rollback 2', 'step 1', 'step 2', 'event 1', 'event 2']);
  });

  it('gives those of the last rank minutes to be sent, and then all of their time', async () => {
    sixteen();
    void write({ rank: 'last', name: 'event' });
    await settle();
    timers.advance(200_000);
    await answerOne();
    expect(sent.at(-1)).toMatchObject({ name: 'event', left: 2_000 });
    const late = write({ rank: 'last' }).catch((error: Error) => error);
    await settle();
    timers.advance(300_000);
    expect(await late).toBeInstanceOf(WindowFull);
  });

  describe('the line of those whose write was not sent', () => {
    const called: string[] = [];
    const stand = (name: string, rank: 'first' | 'usual' = 'usual') => window.whenRoom(rank, () => called.push(name));

    beforeEach(() => {
      called.length = 0;
    });

    it('is called one by one as writes are answered, the first rank first, and nobody who has left', async () => {
      sixteen();
      await settle();
      stand('a');
      stand('b');
      stand('c')();
      stand('rollback', 'first');
      expect(called).toEqual([]);
      await answerOne();
      expect(called).toEqual(['rollback']);
      await answerOne();
      await answerOne();
      await answerOne();
      expect(called).toEqual(['rollback', 'a', 'b']);
    });

    it('is called at once while there is room', () => {
      stand('a');
      expect(called).toEqual(['a']);
    });

    it('keeps the place for who was called, from those who have waited less', async () => {
      sixteen();
      await settle();
      stand('a');
      await answerOne();
      expect(called).toEqual(['a']);
      // The event finds sixteen taken: fifteen by writes, one by who was called.
      void write({ rank: 'last', name: 'event' });
      void write({ name: "a's" });
      await settle();
      expect(sent.at(-1)!.name).toBe("a's");
    });

    it('gives the place to the next when who was called does not write', async () => {
      sixteen();
      await settle();
      stand('a');
      stand('b');
      await answerOne();
      timers.advance(499);
      expect(called).toEqual(['a']);
      timers.advance(1);
      expect(called).toEqual(['a', 'b']);
      timers.advance(500);
      void write({ rank: 'last', name: 'event' });
      await settle();
      expect(sent.at(-1)!.name).toBe('event');
    });
  });
});
