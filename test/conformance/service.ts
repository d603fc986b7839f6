import type { KubeObject } from '@aviary/sandbox';
import { seconds } from '../harness/Tempo';
import type { Given, Setting } from './Scenario';

/** Name of the one service that every scenario has, in a namespace of its own. */
export const SERVICE = 'orders';

/** An interval for scenarios in which something must happen before the next look: it comes when they `hurry`. */
export const NO_HURRY = '60m';

/** How a scenario's service differs from the usual one. */
export interface ServiceOptions {
  /** Merged into `spec.analysis`. */
  analysis?: Record<string, unknown>;
  /** Merged into the Canary's `spec`. */
  spec?: Record<string, unknown>;
  /** Requests per second to the service, and with iterations to the canary by itself. Default 20; 0: nobody calls. */
  traffic?: number;
  /** An autoscaler for the target, which the Canary names. */
  autoscaler?: boolean;
}

/** A Deployment and its Canary on the setting's router: three steps by weight, or three iterations where there are no weights. */
export function givenService(setting: Setting, options: ServiceOptions = {}): Given {
  const { traffic = 20 } = options;
  const own = canary(setting, options);
  // Iterations test the canary beside the live traffic: somebody has to call it by itself.
  const services = own.spec.analysis.iterations === undefined ? [SERVICE] : [SERVICE, `${SERVICE}-canary`];
  return {
    objects: [deployment(setting), ...(options.autoscaler ? [autoscaler(setting)] : []), own],
    traffic: Object.fromEntries(services.map((name) => [name, traffic])),
  };
}

/** The container image of a version. */
export function image(tag: string): string {
  return `registry.example/${SERVICE}:${tag}`;
}

function deployment({ namespace }: Setting): KubeObject {
  const container = { name: SERVICE, image: image('1.0.0'), ports: [{ name: 'http', containerPort: 8080 }] };
  const template = { metadata: { labels: { app: SERVICE } }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SERVICE, namespace },
    spec: { replicas: 2, selector: { matchLabels: { app: SERVICE } }, template },
  };
}

const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE };
const AUTOSCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: SERVICE };

function autoscaler({ namespace }: Setting): KubeObject {
  const { name, ...type } = AUTOSCALER;
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 90 } } }];
  return { ...type, metadata: { name, namespace }, spec: { scaleTargetRef: TARGET, minReplicas: 2, maxReplicas: 4, metrics } };
}

function canary({ namespace, router, tempo }: Setting, { analysis, spec, autoscaler: isScaled }: ServiceOptions): KubeObject {
  const steps = router.abilities.weights ? { stepWeights: [20, 40, 60] } : { iterations: 3 };
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: SERVICE, namespace },
    spec: {
      provider: router.id,
      targetRef: TARGET,
      ...(isScaled ? { autoscalerRef: AUTOSCALER } : {}),
      progressDeadlineSeconds: 120,
      service: { port: 80, targetPort: 'http' },
      ...spec,
      analysis: {
        interval: seconds(tempo.interval),
        threshold: 3,
        ...steps,
        metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: seconds(tempo.window) }],
        ...analysis,
      },
    },
  };
}
