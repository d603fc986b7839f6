import type { RouterAbilities, RouterProvider } from '@aviary/provider-contract';
import { isSame, whySkipped, type Result } from './Part';
import type { Scenario } from './Scenario';

const NOTHING: RouterAbilities = { weights: false, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false };
const part = (needs: Scenario['needs'], abilities: Partial<RouterAbilities>) => ({
  scenario: { name: 'mirrored', needs } as Scenario,
  router: { id: 'plain', abilities: { ...NOTHING, ...abilities } } as RouterProvider,
});

describe('whySkipped', () => {
  it('is nothing when the router has what the scenario needs', () => {
    expect(whySkipped(part([], {}))).toBeNull();
    expect(whySkipped(part(['weights'], { weights: true }))).toBeNull();
  });

  it('names what the router lacks, and only that', () => {
    expect(whySkipped(part(['weights', 'mirror'], { weights: true }))).toBe('needs mirror, which plain does not have');
  });
});

describe('isSame', () => {
  const result = (changes: Partial<Result>): Result => ({
    ...part([], {}),
    ground: 'sandbox',
    expected: ['a', 'b'],
    found: ['a', 'b'],
    lastWords: '',
    error: null,
    took: 1,
    ...changes,
  });

  it.each<[string, boolean, Partial<Result>]>([
    ['the same lines', true, {}],
    ['a line less', false, { found: ['a'] }],
    ['a line more', false, { found: ['a', 'b', 'c'] }],
    ['other order', false, { found: ['b', 'a'] }],
    ['the same lines, after which something failed', false, { error: new Error('it did not end') }],
  ])('sees %s', (_, same, changes) => {
    expect(isSame(result(changes))).toBe(same);
  });
});
