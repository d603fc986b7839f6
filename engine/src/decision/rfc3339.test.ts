import fc from 'fast-check';
import { rfc3339 } from './rfc3339';

test('agrees with the calendar of the runtime', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (milliseconds) => {
      expect(rfc3339(milliseconds)).toBe(`${new Date(milliseconds).toISOString().slice(0, 19)}Z`);
    }),
    { examples: [[Date.UTC(2024, 1, 29)], [Date.UTC(2000, 1, 29, 23, 59, 59, 999)], [0]] },
  );
});
