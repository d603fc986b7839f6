import type { KubeObject } from '@aviary/sandbox';

/** Where the services of the mesh live. */
export const NAMESPACE = 'test';

/** The requests per second that reach each service. */
export function traffic(perSecond: Record<string, number>): KubeObject {
  const lines = Object.entries(perSecond).map(([name, number]) => `${NAMESPACE}/${name}: ${number}`);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
    data: { services: lines.join('\n') },
  };
}

/** A Deployment of two pods, whose annotations tell how they behave. */
export function deployment(name: string, annotations: Record<string, string> = {}): KubeObject {
  const template = { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

/** The three Services of a Canary: its own and the primary's go to the primary, the canary's to the canary. */
export function services(name: string): KubeObject[] {
  return [service(name, `${name}-primary`), service(`${name}-primary`, `${name}-primary`), service(`${name}-canary`, name)];
}

/** The route of a Canary, with the canary's weight in per cent. */
export function split(name: string, canary: number): KubeObject {
  const backends = [
    { service: `${name}-canary`, weight: canary },
    { service: `${name}-primary`, weight: 100 - canary },
  ];
  return {
    apiVersion: 'split.smi-spec.io/v1alpha2',
    kind: 'TrafficSplit',
    metadata: { name, namespace: NAMESPACE },
    spec: { service: name, backends },
  };
}

function service(name: string, app: string): KubeObject {
  const spec = { selector: { app }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE }, spec };
}
