import fc from 'fast-check';
import { Counters } from './Counters';
import { Histogram } from './Histogram';

it('counts every value in all buckets that it fits into, and their number and sum', () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 40 }), fc.double({ min: 0, max: 40, noNaN: true }));
  const ascending = fc.uniqueArray(fc.integer({ min: 0, max: 30 })).map((bounds) => bounds.sort((a, b) => a - b));
  fc.assert(
    fc.property(ascending, fc.array(value), (bounds, values) => {
      const counters = new Counters();
      const histogram = new Histogram(counters, 'size', { pod: 'a' }, bounds);
      for (const each of values) histogram.observe(each);
      expect(counters.readings().map(({ labels: { __name__: name, le }, value: read }) => [name, le, read])).toEqual([
        ...bounds.map((bound) => ['size_bucket', String(bound), values.filter((each) => each <= bound).length]),
        ['size_bucket', '+Inf', values.length],
        ['size_sum', undefined, values.reduce((sum, each) => sum + each, 0)],
        ['size_count', undefined, values.length],
      ]);
    }),
  );
});
