import { format, inspect } from 'node:util';
import { Secret } from './Secret';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it('shows its value only when it is asked to', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['a template', `${secret}`],
    ['JSON', JSON.stringify({ secret })],
    ['console output', format('%s %o %j', secret, secret, secret)],
    ['inspection', inspect({ secret }, { showHidden: true, depth: 9 })],
    ['concatenation', `x${String(secret)}`],
    ['copies', JSON.stringify(Object.entries({ ...secret }))],
  ])('does not show it in %s', (_where, printed) => {
    expect(printed).not.toContain('hunter2');
  });
});
