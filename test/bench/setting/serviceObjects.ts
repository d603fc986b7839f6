import type { KubeObject } from '@aviary/sandbox';

export const IMAGE = 'ghcr.io/stefanprodan/podinfo';

/** What is different about a bench's Canaries. */
export interface CanaryOptions {
  /** Fields of `spec.analysis` beside interval, threshold and metrics. */
  analysis: Record<string, unknown>;
  /** Whether the two built-in metrics are checked; they need a metric server. */
  checks?: boolean;
  skipAnalysis?: boolean;
}

/** A Deployment of one pod. */
export function deploymentOf(namespace: string, name: string): KubeObject {
  const labels = { app: name };
  const container = { name: 'podinfod', image: `${IMAGE}:6.0.0`, ports: [{ name: 'http', containerPort: 9898 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

/** Its Canary on Linkerd. */
export function canaryOf(namespace: string, name: string, { analysis, checks, skipAnalysis = false }: CanaryOptions): KubeObject {
  const metrics = [
    { name: 'request-success-rate', threshold: 99, interval: '1m' },
    { name: 'request-duration', threshold: 500, interval: '1m' },
  ];
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace },
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

/** The body of a strategic merge patch that releases another version, as `kubectl set image` sends it. */
export function imagePatch(tag: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'podinfod', image: `${IMAGE}:${tag}` }] } } } };
}
