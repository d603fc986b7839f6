import { stringify } from 'yaml';

export const NAMESPACE = 'demo';
export const SERVICE = 'orders';
export const STEPS = [30, 60];

const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE };
const AUTOSCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: SERVICE };

/** A service that makes the engine use everything: two configs, an autoscaler, a finalizer, routes. Its webhook decides. */
export function service(hook: string, name = SERVICE): string {
  const autoscaler = { ...AUTOSCALER, name };
  const canary = canaryOf(name, {
    autoscalerRef: autoscaler,
    revertOnDeletion: true,
    webhooks: [{ name: 'gate', type: 'rollout', url: hook }],
  });
  return documents([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: NAMESPACE }, data: { COLOUR: 'blue' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: NAMESPACE }, stringData: { KEY: 'one' } },
    deployment(name, [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }]),
    {
      apiVersion: AUTOSCALER.apiVersion,
      kind: AUTOSCALER.kind,
      metadata: { name, namespace: NAMESPACE },
      spec: { scaleTargetRef: { ...TARGET, name }, minReplicas: 2, maxReplicas: 4 },
    },
    canary,
  ]);
}

/** A service whose metrics and event webhook are at addresses inside the cluster, where nobody answers. */
export function proxiedService(name: string): string {
  const hook = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook', namespace: NAMESPACE }, spec: { ports: [{ port: 80 }] } };
  return documents([
    hook,
    deployment(name, []),
    canaryOf(name, {
      metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' }],
      webhooks: [{ name: 'told', type: 'event', url: `http://hook.${NAMESPACE}/` }],
    }),
  ]);
}

/** What releases a version of a service. */
export function release(tag: string): string {
  return JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'main', image: image(tag) }] } } } });
}

function deployment(name: string, envFrom: object[]): object {
  const container = { name: 'main', image: image('1.0.0'), ports: [{ name: 'http', containerPort: 8080 }], envFrom };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

function canaryOf(
  name: string,
  { webhooks, metrics = [], ...spec }: { webhooks: object[]; metrics?: object[]; autoscalerRef?: object; revertOnDeletion?: boolean },
): object {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      targetRef: { ...TARGET, name },
      progressDeadlineSeconds: 120,
      service: { port: 80, targetPort: 'http' },
      ...spec,
      analysis: { interval: '1s', threshold: 2, stepWeights: STEPS, metrics, webhooks },
    },
  };
}

function image(tag: string): string {
  return `registry.example/orders:${tag}`;
}

function documents(objects: object[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}
