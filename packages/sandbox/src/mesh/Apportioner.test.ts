import fc from 'fast-check';
import { Apportioner } from './Apportioner';

const total = (numbers: Iterable<number>) => [...numbers].reduce((sum, number) => sum + number, 0);

describe('Apportioner', () => {
  it('hands out everything, nothing to a weight of 0, and over time each share to within one request', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 50 }),
        (list, rounds) => {
          fc.pre(list.some((weight) => weight > 0));
          const weights = new Map(list.map((weight, index) => [String(index), weight]));
          const apportioner = new Apportioner();
          const given = new Map<string, number>();
          for (const count of rounds) {
            const round = apportioner.allot(count, weights);
            expect(total(round.values())).toBe(count);
            for (const [key, number] of round) {
              expect(number).toBeGreaterThanOrEqual(0);
              given.set(key, (given.get(key) ?? 0) + number);
            }
          }
          for (const [key, weight] of weights) {
            const exact = (total(rounds) * weight) / total(list);
            if (weight === 0) expect(given.get(key) ?? 0).toBe(0);
            else expect(Math.abs((given.get(key) ?? 0) - exact)).toBeLessThanOrEqual(1.5);
          }
        },
      ),
    );
  });

  it('stays exact when weights change in between', () => {
    const apportioner = new Apportioner();
    const canary = [0, 5, 10, 50, 0].map((weight) => {
      let sum = 0;
      for (let i = 0; i < 100; i++) {
        const round = apportioner.allot(
          20,
          new Map([
            ['primary', 100 - weight],
            ['canary', weight],
          ]),
        );
        sum += round.get('canary') ?? 0;
      }
      return sum;
    });
    expect(canary).toEqual([0, 100, 200, 1000, 0]);
  });

  it('gives nothing away when every weight is 0', () => {
    expect(new Apportioner().allot(5, new Map([['a', 0]]))).toEqual(new Map());
  });
});
