import { isProviderError, type KubeObject, type ObjectRef, type RoutedCanary, type RouterProvider } from '@aviary/provider-contract';
import type { Problem } from '../canary/Canary';
import type { ParsedCanary } from '../canary/parseCanary';
import {
  discoverPorts,
  objectNames,
  ownerReferenceOf,
  resourceTypes,
  selectorLabel,
  trackedConfigs,
  type CanaryObjectNames,
  type ConfigReference,
  type ServicePort,
} from '../kubernetes';
import { dependencyKey, type ClusterView } from './ClusterView';

/** The raw objects that belong to one Canary, as the cache has them at one moment, and what follows from names alone. */
export interface CanaryObjects {
  raw: KubeObject;
  canary: ParsedCanary;
  names: CanaryObjectNames;
  target: KubeObject | undefined;
  primary: KubeObject | undefined;
  services: { apex: KubeObject | undefined; primary: KubeObject | undefined; canary: KubeObject | undefined };
  targetScaler: KubeObject | undefined;
  primaryScaler: KubeObject | undefined;
  /** The label that tells the versions apart; null while the target is missing or has none. */
  selector: { label: string; value: string } | null;
  ports: ServicePort[];
  configRefs: ConfigReference[];
  /** Null when the Canary's router is not known. */
  router: RouterProvider | null;
  routed: RoutedCanary;
  routeRefs: ObjectRef[];
  routes: KubeObject[];
  /** What reading brought up, beside what the spec itself has wrong. */
  problems: Problem[];
  /** Everything that was read, also what was not there. */
  dependencies: Set<string>;
}

/** How the cluster is read. */
export interface ReadSettings {
  selectorLabels: readonly string[];
  configTracking: boolean;
}

/** Reads what belongs to a Canary from the cache. Costs no request, except that a new kind of route object is listed once. */
export async function readCanaryObjects(
  view: ClusterView,
  parsed: { raw: KubeObject; canary: ParsedCanary },
  router: RouterProvider | null,
  settings: ReadSettings,
): Promise<CanaryObjects> {
  const { raw, canary } = parsed;
  const { namespace, spec } = canary;
  const names = objectNames(canary);
  const dependencies = new Set<string>();
  const problems: Problem[] = [];
  const read = (kind: 'deployments' | 'services' | 'autoscalers', name: string | undefined) => {
    if (name === undefined || name === '') return undefined;
    const type = {
      deployments: resourceTypes.deployment,
      services: resourceTypes.service,
      autoscalers: resourceTypes.horizontalPodAutoscaler,
    }[kind];
    dependencies.add(dependencyKey(type, namespace, name));
    return view.get(kind, namespace, name);
  };
  const target = read('deployments', names.target);
  const routed = routedCanary(raw, canary, names);
  const routeRefs = router?.references(routed) ?? [];
  const routes: KubeObject[] = [];
  for (const ref of routeRefs) {
    dependencies.add(dependencyKey(ref, ref.namespace, ref.name));
    const { object, problem } = await view.route(ref);
    if (object) routes.push(object);
    if (problem !== null) {
      const message = `router ${router!.id} needs ${ref.kind}, but ${problem.message}`;
      problems.push({ field: 'spec.provider', message, kind: problem.kind });
    }
  }
  const selector = readSelector(target, settings, problems);
  const configRefs = settings.configTracking && target ? trackedConfigs(target.spec?.template?.spec) : [];
  for (const { kind, name } of configRefs) {
    dependencies.add(dependencyKey(kind === 'Secret' ? resourceTypes.secret : resourceTypes.configMap, namespace, name));
  }
  for (const service of [names.primaryService, names.canaryService])
    dependencies.add(dependencyKey(resourceTypes.endpointSlice, namespace, service));
  for (const { templateRef } of spec.analysis.metrics) {
    if (templateRef) dependencies.add(dependencyKey(resourceTypes.metricTemplate, templateRef.namespace ?? namespace, templateRef.name));
  }
  return {
    raw,
    canary,
    names,
    target,
    primary: read('deployments', names.primary),
    services: {
      apex: read('services', names.apexService),
      primary: read('services', names.primaryService),
      canary: read('services', names.canaryService),
    },
    targetScaler: read('autoscalers', spec.autoscalerRef?.name),
    primaryScaler: read('autoscalers', names.primaryScaler ?? undefined),
    selector,
    ports: target ? discoverPorts(target, spec.service) : [],
    configRefs,
    router,
    routed,
    routeRefs,
    routes,
    problems,
    dependencies,
  };
}

function routedCanary(raw: KubeObject, canary: ParsedCanary, names: CanaryObjectNames): RoutedCanary {
  return {
    namespace: canary.namespace,
    name: canary.name,
    owner: ownerReferenceOf(canary),
    services: { apex: names.apexService, primary: names.primaryService, canary: names.canaryService },
    port: canary.spec.service.port,
    spec: raw.spec ?? {},
  };
}

function readSelector(target: KubeObject | undefined, settings: ReadSettings, problems: Problem[]): CanaryObjects['selector'] {
  if (!target) return null;
  try {
    return selectorLabel(target, settings.selectorLabels);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    problems.push({ field: 'spec.targetRef', message: error.message, kind: 'misconfigured' });
    return null;
  }
}
