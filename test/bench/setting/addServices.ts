import type { KubeObject, Sandbox } from '@aviary/sandbox';

/** Namespace of all services of a bench. */
export const NAMESPACE = 'bench';
export const IMAGE = 'ghcr.io/stefanprodan/podinfo';

/** Requests per second that reach each service, when it has checks: enough for a rate, little to simulate. */
const TRAFFIC = 4;

/** What is different about a bench's Canaries. */
export interface ServiceOptions {
  count: number;
  /** Begins their names. */
  prefix?: string;
  /** Fields of `spec.analysis` beside interval, threshold and metrics. */
  analysis: Record<string, unknown>;
  /** Whether the two built-in metrics are checked; they need traffic and Prometheus. */
  checks?: boolean;
  skipAnalysis?: boolean;
}

/** Puts services with a Canary each straight into the cluster's store: no request of ours is among those that are counted. Returns their names. */
export function addServices({ store }: Sandbox, options: ServiceOptions): string[] {
  const { count, prefix = 'service' } = options;
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);
  if (!store.get('/namespaces', undefined, NAMESPACE)) store.create('/namespaces', namespace(NAMESPACE));
  if (options.checks) addMeasurement(store, names);
  for (const name of names) {
    store.create('apps/deployments', deployment(name));
    store.create('flagger.app/canaries', canary(name, options));
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

function deployment(name: string): KubeObject {
  const labels = { app: name };
  const container = { name: 'podinfod', image: `${IMAGE}:6.0.0`, ports: [{ name: 'http', containerPort: 9898 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

function canary(name: string, { analysis, checks, skipAnalysis = false }: ServiceOptions): KubeObject {
  const metrics = [
    { name: 'request-success-rate', threshold: 99, interval: '1m' },
    { name: 'request-duration', threshold: 500, interval: '1m' },
  ];
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      provider: 'linkerd',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      progressDeadlineSeconds: 600,
      service: { port: 9898 },
      skipAnalysis,
      analysis: { interval: '10s', threshold: 5, ...analysis, metrics: checks ? metrics : [] },
    },
  };
}
