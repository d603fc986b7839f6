import { progressing, waiting } from '../dev/fixtures';
import { isHolding, PHASES, shownPhase } from './phases';

const { rollout } = progressing(0);
const paused = { by: 'user:default/ada', why: '', at: 0 };

describe('PHASES', () => {
  it('tells every phase apart by label and by icon, so that none depends on its colour', () => {
    const looks = Object.values(PHASES);
    expect(new Set(looks.map((look) => look.label)).size).toBe(looks.length);
    expect(new Set(looks.map((look) => look.icon)).size).toBe(looks.length);
  });
});

describe('shownPhase', () => {
  it('shows a pause in place of the phase that it stops', () => {
    expect(shownPhase({ phase: 'Progressing', paused, valid: true })).toBe('Paused');
  });

  it('does not show a pause once the rollout has ended', () => {
    expect(shownPhase({ phase: 'Failed', paused, valid: true })).toBe('Failed');
  });

  it('shows that a Canary is invalid whatever else is true of it', () => {
    expect(shownPhase({ phase: 'Initializing', paused: null, valid: false })).toBe('Invalid');
  });
});

describe('isHolding', () => {
  it.each([
    ['fail', true],
    ['noData', true],
    ['error', true],
    ['pass', false],
    [null, false],
  ] as const)('with the verdict %s of the last look: %s', (verdict, expected) => {
    expect(isHolding({ ...rollout, verdict })).toBe(expected);
  });

  it('is not what waiting for a promotion is called', () => {
    expect(isHolding(waiting(0).rollout)).toBe(false);
  });
});
