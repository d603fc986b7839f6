import { EventCorrelator } from './EventCorrelator';

const MINUTE = 60_000;

describe('EventCorrelator', () => {
  let correlator: EventCorrelator;
  beforeEach(() => {
    correlator = new EventCorrelator();
  });
  const tell = (message: string, now: number, about = 'set') => correlator.correlate({ about, reason: 'Created', message }, now);

  it('counts up what is told again, and goes on with the event written before', () => {
    const first = tell('a', 1000);
    expect(first).toMatchObject({ message: 'a', count: 1, first: 1000, skip: false });
    expect(first.name).toBeUndefined();
    correlator.written(first.key, 'event-1');
    expect(tell('a', 5000)).toMatchObject({ message: 'a', count: 2, first: 1000, name: 'event-1' });
    expect(tell('b', 5000)).toMatchObject({ message: 'b', count: 1, first: 5000 });
    expect(tell('a', 5000, 'another')).toMatchObject({ count: 1, first: 5000 });
  });

  it('combines what differs only in its message from the tenth on, as long as it does not stop for ten minutes', () => {
    const messages = Array.from({ length: 12 }, (_, index) => tell(`pod ${index}`, index).message);
    expect(messages.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => `pod ${index}`));
    expect(messages.slice(9)).toEqual([9, 10, 11].map((index) => `(combined from similar events): pod ${index}`));
    expect(tell('pod 12', 12)).toMatchObject({ count: 4, first: 9 });
    expect(tell('pod 3', 13)).toMatchObject({ message: 'pod 3', count: 2 });
    expect(tell('pod 13', 13 + 10 * MINUTE)).toMatchObject({ message: '(combined from similar events): pod 13' });
    expect(tell('pod 14', 14 + 20 * MINUTE)).toMatchObject({ message: 'pod 14', count: 1 });
  });

  it('lets one source tell 25 things of an object at once and one more every five minutes, without losing count', () => {
    const skipped = Array.from({ length: 40 }, () => tell('again', 0).skip);
    expect(skipped).toEqual([...Array(25).fill(false), ...Array(15).fill(true)]);
    expect(tell('again', 5 * MINUTE - 1).skip).toBe(true);
    expect(tell('again', 5 * MINUTE)).toMatchObject({ skip: false, count: 42 });
    expect(tell('again', 5 * MINUTE).skip).toBe(true);
    expect(tell('again', 5 * MINUTE, 'another').skip).toBe(false);
  });
});
