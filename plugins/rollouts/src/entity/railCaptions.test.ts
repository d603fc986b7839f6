import { failed, progressing, waiting, type CanaryFixture } from '../../dev/fixtures';
import { readSteps } from '../readSteps';
import { railCaptions } from './railCaptions';

const NOW = new Date(2026, 10, 20, 14, 32, 12).getTime();

function captions({ rollout, decisions }: CanaryFixture, spacing = 90) {
  return railCaptions(rollout, readSteps(rollout), decisions, NOW, spacing).map((caption) => caption.replaceAll('\u00a0', ' '));
}

describe('railCaptions', () => {
  it('tell when each step was reached, how long it holds, and when the end is due at best', () => {
    const [gate, five, ten, fifteen, twenty, next, ...rest] = captions(progressing(NOW));
    expect([gate, five, ten, fifteen]).toEqual(['acceptance-test', '14:28:30', '14:29:00', '14:29:30']);
    expect(twenty).toBe('held 1 min 42 s');
    expect(next).toBe('');
    expect(rest.slice(-2)).toEqual(['confirm-promotion', 'from 14:35']);
  });

  it('keep only the first and the last time where steps are close', () => {
    const found = captions(waiting(NOW), 50);
    expect(found.filter((caption) => /^\d\d:\d\d$/.test(caption))).toHaveLength(2);
    expect(found.slice(-2)).toEqual(['confirm-promotion', 'promote']);
  });

  it('say where and when it fell, and promise nothing after that', () => {
    const found = captions(failed(NOW));
    expect(found[5]).toBe('fell at 14:20:12');
    expect(found.slice(6).join('')).toBe('not reached');
  });
});
