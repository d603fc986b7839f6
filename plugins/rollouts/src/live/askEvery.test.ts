import { askEvery } from './askEvery';

describe('askEvery', () => {
  it.each([
    ['signals are not installed', { isAvailable: false, isHeard: false, listening: 0 }, 5_000],
    ['signals may not be connected yet', { isAvailable: true, isHeard: false, listening: 1_000 }, 5_000],
    ['nothing has been heard for a while', { isAvailable: true, isHeard: false, listening: 60_000 }, 15_000],
    ['signals arrive', { isAvailable: true, isHeard: true, listening: 60_000 }, 30_000],
  ])('when %s', (_name, known, expected) => {
    expect(askEvery(known)).toBe(expected);
  });
});
