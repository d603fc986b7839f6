import { ManualTimers } from '../testing/ManualTimers';
import { WindowFull, WriteWindow } from './WriteWindow';

const OVERLOAD = new Error('no answer');

describe('WriteWindow', () => {
  let timers: ManualTimers;
  let window: WriteWindow;
  /** The writes that were sent and not answered yet, oldest first, with the time that each had left. */
  let sent: { left: number; answer: () => void; fail: (error: Error) => void }[];

  beforeEach(() => {
    timers = new ManualTimers();
    window = new WriteWindow(timers);
    sent = [];
  });

  function write(): Promise<string> {
    const send = (left: number) =>
      new Promise<string>((resolve, reject) => {
        sent.push({ left, answer: () => resolve('written'), fail: reject });
      });
    return window.run(2_000, send, (error) => error === OVERLOAD);
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
    const writes = Array.from({ length: 17 }, write);
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
    const writes = Array.from({ length: 17 }, write);
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
    const writes = Array.from({ length: 16 }, write);
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
});
