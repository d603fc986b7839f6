import type { KubeObject, Sandbox } from '@aviary/sandbox';
import { canaryOf, deploymentOf, type CanaryOptions } from './serviceObjects';

/** Namespace of all services of a bench. */
export const NAMESPACE = 'bench';
export { IMAGE } from './serviceObjects';

/** Requests per second that reach each service, when it has checks: enough for a rate, little to simulate. */
const TRAFFIC = 4;

/** Which services. */
export interface ServiceOptions extends CanaryOptions {
  count: number;
  /** Begins their names. */
  prefix?: string;
}

/** Puts services with a Canary each straight into the cluster's store: no request of ours is among those that are counted. Returns their names. */
export function addServices({ store }: Sandbox, options: ServiceOptions): string[] {
  const { count, prefix = 'service' } = options;
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);
  if (!store.get('/namespaces', undefined, NAMESPACE)) store.create('/namespaces', namespace(NAMESPACE));
  if (options.checks) addMeasurement(store, names);
  for (const name of names) {
    store.create('apps/deployments', deploymentOf(NAMESPACE, name));
    store.create('flagger.app/canaries', canaryOf(NAMESPACE, name, options));
  }
  return names;
}

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Traffic to measure, and the Prometheus that is asked. */
function addMeasurement(store: Sandbox['store'], names: readonly string[]): void {
  store.create('/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
    data: { services: names.map((name) => `${NAMESPACE}/${name}: ${TRAFFIC}`).join('\n') },
  });
  store.create('/namespaces', namespace('linkerd-viz'));
  // Without a selector it answers at once.
  store.create('/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'prometheus', namespace: 'linkerd-viz' },
    spec: { ports: [{ name: 'admin', port: 9090 }] },
  });
}
