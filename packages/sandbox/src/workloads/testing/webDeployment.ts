import type { KubeObject } from '../../apiserver/ObjectStore';

/** A Deployment `web` in the namespace `test`; `container` and `podSpec` are added to what its pods have. */
export function webDeployment(
  replicas: number,
  { annotations = {}, container = {}, podSpec = {} }: { annotations?: Record<string, string>; container?: object; podSpec?: object } = {},
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'test' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' }, annotations },
        spec: { containers: [{ name: 'main', image: 'web:1', ...container }], ...podSpec },
      },
    },
  };
}
