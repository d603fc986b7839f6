import { Backoff } from './Backoff';

describe('Backoff', () => {
  it('doubles from 0.8 s to 30 s and starts over when all is well', () => {
    const backoff = new Backoff({ random: () => 1 });
    expect(Array.from({ length: 8 }, () => backoff.next())).toEqual([800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
    backoff.reset();
    expect(backoff.next()).toBe(800);
  });

  it('waits at least half of that', () => {
    const backoff = new Backoff({ first: 100, most: 150, random: () => 0 });
    expect([backoff.next(), backoff.next()]).toEqual([50, 75]);
  });
});
