import { ProviderError, isProviderError } from './ProviderError';

describe('isProviderError', () => {
  it('recognises an error of another copy of the package', () => {
    class ProviderErrorOfAnotherCopy extends Error {
      override name = 'ProviderError';
      kind = 'unavailable';
    }
    expect(isProviderError(new ProviderErrorOfAnotherCopy())).toBe(true);
  });

  it.each([
    ['an ordinary error', new Error('x')],
    ['an error of an unknown kind', Object.assign(new ProviderError('noData', 'x'), { kind: 'other' })],
    ['a plain object', { name: 'ProviderError', kind: 'noData' }],
    ['nothing', undefined],
  ])('does not take %s for one', (_case, value) => {
    expect(isProviderError(value)).toBe(false);
  });

  it('keeps kind, cause and how long to wait', () => {
    const cause = new Error('below');
    expect(new ProviderError('unavailable', 'later', { cause, retryAfter: 1500 })).toMatchObject({
      kind: 'unavailable',
      cause,
      retryAfter: 1500,
    });
  });
});
