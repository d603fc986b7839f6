import fc from 'fast-check';
import { isFiltered, readFilters, writeFilters, type RolloutFilters } from './rolloutFilters';

const words = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 });
const anyFilters: fc.Arbitrary<RolloutFilters> = fc.record(
  {
    group: fc.constantFrom('running', 'waiting', 'failed', 'promoted'),
    phase: fc.uniqueArray(fc.constantFrom('Progressing', 'Failed', 'Succeeded'), { minLength: 1 }),
    cluster: words,
    namespace: words,
    owner: words,
    search: fc.string({ minLength: 1 }),
    cursor: fc.string({ minLength: 1 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<RolloutFilters>;

describe('filters in the address', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        const address = writeFilters(new URLSearchParams(), filters).toString();
        expect(readFilters(new URLSearchParams(address))).toEqual(filters);
      }),
    );
  });

  it('leave out what nobody knows', () => {
    expect(readFilters(new URLSearchParams('group=odd&phase=Odd&cluster='))).toEqual({});
  });

  it('go back to the first page when one of them changes', () => {
    const next = writeFilters(new URLSearchParams('cluster=a&cursor=7&tab=x'), { phase: ['Failed'] });
    expect(next.toString()).toBe('cluster=a&tab=x&phase=Failed');
  });

  it('go away when they are set to nothing', () => {
    expect(writeFilters(new URLSearchParams('group=failed&search=x'), { group: undefined, search: '' }).toString()).toBe('');
  });

  it('do not count the page turned to as a filter', () => {
    expect(isFiltered({ cursor: '7' })).toBe(false);
    expect(isFiltered({ search: 'x' })).toBe(true);
  });
});
