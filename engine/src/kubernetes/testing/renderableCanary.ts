import type { RenderableCanary } from '../workloads/RenderableCanary';

/** The Canary `podinfo` in `prod` with only what must be there, for tests; `service` and the rest are laid over it. */
export function renderableCanary(
  over: { service?: Partial<RenderableCanary['spec']['service']>; spec?: Partial<RenderableCanary['spec']> } = {},
): RenderableCanary {
  return {
    namespace: 'prod',
    name: 'podinfo',
    uid: 'canary-uid',
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: {
        name: 'podinfo',
        port: 9898,
        portName: 'http',
        targetPort: 9898,
        portDiscovery: false,
        headless: false,
        ...over.service,
      },
      ...over.spec,
    },
  };
}

/** The owner reference that objects of `renderableCanary` carry. */
export const CANARY_OWNER = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  name: 'podinfo',
  uid: 'canary-uid',
  controller: true,
  blockOwnerDeletion: true,
};
