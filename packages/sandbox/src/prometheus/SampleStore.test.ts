import { SampleStore } from './SampleStore';

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

describe('the store of samples', () => {
  const labels = (pod: string) => ({ __name__: 'hits_total', pod });
  const all = (store: SampleStore) =>
    store
      .select([], -Infinity, Infinity)
      .map((series) => [series.labels.pod, ...series.samples.map(({ value, stale }) => (stale ? 'stale' : value))]);

  it.each([
    ['the same object', (kept: object) => kept],
    ['a new one', (kept: object) => ({ ...kept })],
  ])('knows a series again when its labels are %s, and marks it stale once when its target shows it no more', (_, given) => {
    const store = new SampleStore();
    const [a, b] = [labels('a'), labels('b')];
    const scrape = (time: number, readings: [object, number][]) =>
      store.scrape(
        'mesh',
        START + time,
        readings.map(([kept, value]) => ({ labels: given(kept) as typeof a, value })),
      );
    scrape(0, [
      [a, 1],
      [b, 1],
    ]);
    scrape(1, [[b, 2]]);
    scrape(2, [[b, 2]]);
    expect(all(store)).toEqual([
      ['a', 1, 'stale'],
      ['b', 1, 2, 2],
    ]);
    scrape(3, [
      [b, 3],
      [a, 0],
    ]);
    expect(all(store)).toEqual([
      ['a', 1, 'stale', 0],
      ['b', 1, 2, 2, 3],
    ]);
  });

  it('leaves the series of other targets alone', () => {
    const store = new SampleStore();
    store.scrape('one', START, [{ labels: labels('a'), value: 1 }]);
    store.scrape('other', START + 1, [{ labels: labels('b'), value: 1 }]);
    expect(all(store)).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('forgets a series whose last sample has become too old, and begins it anew when it comes again', () => {
    const store = new SampleStore(10 * MINUTE);
    store.scrape('mesh', START, [{ labels: labels('a'), value: 1 }]);
    store.scrape('mesh', START + MINUTE, []);
    store.scrape('mesh', START + 11 * MINUTE, []);
    expect(all(store)).toEqual([['a', 1, 'stale']]);
    store.scrape('mesh', START + 12 * MINUTE, []);
    expect([all(store), store.labelNames()]).toEqual([[], []]);
    store.scrape('mesh', START + 13 * MINUTE, [{ labels: labels('a'), value: 2 }]);
    expect(all(store)).toEqual([['a', 2]]);
  });
});
