import type { RoutedCanary } from '@aviary/provider-contract';

/** A Canary named `podinfo` in the namespace `test`, with `spec` put over a minimal one. */
export function routedCanary(spec: Record<string, unknown> = {}): RoutedCanary {
  return {
    namespace: 'test',
    name: 'podinfo',
    owner: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      name: 'podinfo',
      uid: '5a1b6b42-4f7e-4a3e-9d53-2f3c5f0d1a11',
      controller: true,
      blockOwnerDeletion: true,
    },
    services: { apex: 'podinfo', primary: 'podinfo-primary', canary: 'podinfo-canary' },
    port: 9898,
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898 },
      analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
      ...spec,
    },
  };
}
