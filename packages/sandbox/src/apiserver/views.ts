import { cloneJson, equalJson, freezeJson } from './json';
import type { KubeObject } from './ObjectStore';
import { apiVersionOf, versionOf, type ResourceType, type ResourceVersion } from './ResourceType';
import { applyDefaults } from './schema/applyDefaults';
import { pruneUnknown } from './schema/pruneUnknown';

/**
 * The object as clients of a version see it. A custom resource gets another `apiVersion` (the CRD strategy `None`),
 * is pruned and defaulted; of the built-in kinds the second versions of autoscaler and event are translated.
 */
export function toView(object: KubeObject, type: ResourceType, version: string): KubeObject {
  const apiVersion = apiVersionOf(type, version);
  if (type.custom) {
    return customView(object, apiVersion, versionOf(type, version));
  }
  if (object.apiVersion === apiVersion) {
    return object;
  }
  if (apiVersion === 'autoscaling/v1') {
    return autoscalerV1(object);
  }
  if (apiVersion === 'events.k8s.io/v1') {
    return newEvent(object);
  }
  return { ...object, apiVersion };
}

/** The object as it is kept; `undefined` when its `apiVersion` is not one that the type is served in. */
export function toStored(object: KubeObject, type: ResourceType): KubeObject | undefined {
  const storedAs = apiVersionOf(type, type.storageVersion);
  if (object.apiVersion === storedAs && object.apiVersion !== 'events.k8s.io/v1') {
    return object;
  }
  if (object.apiVersion === 'autoscaling/v1' && type.id === 'autoscaling/horizontalpodautoscalers') {
    return autoscalerV2(object);
  }
  if (object.apiVersion === 'events.k8s.io/v1' && type.plural === 'events') {
    return coreEvent(object);
  }
  const served = versionOf(type, object.apiVersion?.slice(type.group ? type.group.length + 1 : 0));
  return served && apiVersionOf(type, served.name) === object.apiVersion ? { ...object, apiVersion: storedAs } : undefined;
}

function customView(object: KubeObject, apiVersion: string, version: ResourceVersion | undefined): KubeObject {
  const known = version?.seen?.get(object);
  if (known) {
    return known;
  }
  const view = cloneJson({ ...object, apiVersion });
  pruneUnknown(view, version?.schema ?? {});
  applyDefaults(view, version?.schema ?? {});
  const seen = equalJson(view, object) ? object : freezeJson(view);
  version?.seen?.set(object, seen);
  return seen;
}

function autoscalerV1(object: KubeObject): KubeObject {
  const { metrics, behavior: _, ...spec } = object.spec ?? {};
  const { currentMetrics, conditions: __, ...status } = object.status ?? {};
  const target = (metrics ?? []).find(isCpuUtilization)?.resource.target.averageUtilization;
  const current = (currentMetrics ?? []).find(isCpuUtilization)?.resource.current?.averageUtilization;
  return cloneJson({
    ...object,
    apiVersion: 'autoscaling/v1',
    spec: { ...spec, targetCPUUtilizationPercentage: target },
    status: { currentReplicas: 0, desiredReplicas: 0, ...status, currentCPUUtilizationPercentage: current },
  });
}

function autoscalerV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = object.spec ?? {};
  const metrics = target && [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } }];
  return cloneJson({ ...object, apiVersion: 'autoscaling/v2', spec: { ...spec, ...(metrics ? { metrics } : {}) } });
}

function isCpuUtilization(metric: any): boolean {
  return metric.type === 'Resource' && metric.resource?.name === 'cpu';
}

function newEvent(object: KubeObject): KubeObject {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, reportingInstance, ...rest } = object;
  return cloneJson({
    ...rest,
    apiVersion: 'events.k8s.io/v1',
    eventTime: object.eventTime ?? null,
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    reportingInstance,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  }) as unknown as KubeObject;
}

function coreEvent(object: KubeObject): KubeObject {
  const {
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    ...rest
  } = object;
  return cloneJson({
    ...rest,
    apiVersion: 'v1',
    involvedObject: regarding ?? {},
    message: note,
    reportingComponent: reportingController,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    count: deprecatedCount,
  }) as unknown as KubeObject;
}
