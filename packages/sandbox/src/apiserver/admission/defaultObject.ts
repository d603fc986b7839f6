import type { KubeObject } from '../ObjectStore';
import { crdResource } from '../builtinTypes';
import { defaultDefinition } from '../definitions/definitionStatus';
import { defaultPodSpec, setDefaults } from './defaultPodSpec';

/** Fills in, in place, what a real API server adds to an object of a built-in kind. */
export function defaultObject(resource: string, object: KubeObject): void {
  defaults[resource]?.(object);
}

/** Status that a new object of a built-in kind starts with; what its writer sent is dropped, as in a real cluster. */
export function initialStatus(resource: string, object: KubeObject): Record<string, unknown> | undefined {
  switch (resource) {
    case '/namespaces':
      return { phase: 'Active' };
    case '/pods':
      return { phase: 'Pending', qosClass: 'BestEffort' };
    case '/services':
      return { loadBalancer: {} };
    case '/nodes':
      return object.status;
    default:
      return {};
  }
}

const defaults: Record<string, (object: KubeObject) => void> = {
  '/namespaces': (object) => {
    object.spec = { finalizers: ['kubernetes'], ...object.spec };
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  },
  '/pods': (object) => {
    defaultPodSpec((object.spec ??= {}));
    setDefaults(object.spec, { enableServiceLinks: true });
  },
  '/services': defaultService,
  '/secrets': (object) => {
    setDefaults(object, { type: 'Opaque' });
    for (const [key, value] of Object.entries(object.stringData ?? {})) {
      (object.data ??= {})[key] = Buffer.from(String(value)).toString('base64');
    }
    delete object.stringData;
  },
  'apps/deployments': (object) => {
    setDefaults(object.spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
    const strategy = object.spec?.strategy;
    setDefaults(strategy, { type: 'RollingUpdate' });
    if (strategy?.type === 'RollingUpdate') {
      setDefaults(strategy, { rollingUpdate: {} });
      setDefaults(strategy.rollingUpdate, { maxUnavailable: '25%', maxSurge: '25%' });
    }
    defaultTemplate(object);
  },
  'apps/replicasets': (object) => {
    setDefaults(object.spec, { replicas: 1 });
    defaultTemplate(object);
  },
  'apps/statefulsets': (object) => {
    setDefaults(object.spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', updateStrategy: {} });
    setDefaults(object.spec?.updateStrategy, { type: 'RollingUpdate' });
    defaultTemplate(object);
  },
  'apps/daemonsets': (object) => {
    setDefaults(object.spec, { revisionHistoryLimit: 10, updateStrategy: {} });
    setDefaults(object.spec?.updateStrategy, { type: 'RollingUpdate' });
    if (object.spec?.updateStrategy.type === 'RollingUpdate') {
      setDefaults(object.spec.updateStrategy, { rollingUpdate: {} });
      setDefaults(object.spec.updateStrategy.rollingUpdate, { maxUnavailable: 1, maxSurge: 0 });
    }
    defaultTemplate(object);
  },
  '/replicationcontrollers': (object) => {
    setDefaults(object.spec, { replicas: 1, selector: object.spec?.template?.metadata?.labels });
    defaultTemplate(object);
  },
  'autoscaling/horizontalpodautoscalers': (object) => {
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
    setDefaults(object.spec, { minReplicas: 1, ...(object.spec?.metrics?.length ? {} : { metrics }) });
  },
  'batch/jobs': (object) => {
    setDefaults(object.spec, { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
    defaultTemplate(object);
  },
  'batch/cronjobs': (object) => {
    setDefaults(object.spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  },
  [crdResource]: defaultDefinition,
};

function defaultService(object: KubeObject): void {
  setDefaults(object.spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (object.spec?.type !== 'ExternalName') {
    setDefaults(object.spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  }
  for (const port of object.spec?.ports ?? []) {
    setDefaults(port, { protocol: 'TCP', targetPort: port.port });
  }
}

function defaultTemplate(object: KubeObject): void {
  const template = object.spec?.template;
  if (template) {
    if (template.metadata?.creationTimestamp === null) {
      delete template.metadata.creationTimestamp;
    }
    defaultPodSpec((template.spec ??= {}));
  }
}
