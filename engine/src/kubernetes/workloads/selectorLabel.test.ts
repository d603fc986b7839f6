import type { KubeObject } from '@aviary/provider-contract';
import { selectorLabel } from './selectorLabel';

describe('selectorLabel', () => {
  it.each([
    [{ app: 'a', name: 'b' }, undefined, { label: 'app', value: 'a' }],
    [{ 'app.kubernetes.io/name': 'c', other: 'x' }, undefined, { label: 'app.kubernetes.io/name', value: 'c' }],
    [{ app: 'a', service: 's' }, ['service', 'app'], { label: 'service', value: 's' }],
  ])('of %j with candidates %j', (matchLabels, candidates, expected) => {
    expect(selectorLabel(target(matchLabels), candidates)).toEqual(expected);
  });

  it('refuses a target without any, in the words that Flagger uses', () => {
    expect(() => selectorLabel(target({ tier: 'web' }))).toThrow(
      expect.objectContaining({
        kind: 'misconfigured',
        message:
          'getSelectorLabel failed: deployment podinfo.prod spec.selector.matchLabels must contain one of [app name app.kubernetes.io/name]',
      }),
    );
  });
});

function target(matchLabels: Record<string, string>): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'podinfo', namespace: 'prod' },
    spec: { selector: { matchLabels } },
  };
}
