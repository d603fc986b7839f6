import { CONTRACT_VERSION, ProviderError } from '@aviary/provider-contract';
import type { KubeObject, ObjectRef, RoutedCanary, RouteReading, RouterProvider, Routes } from '@aviary/provider-contract';
import { parseQuantity } from './parseQuantity';
import { queries } from './queries';

const GROUP = 'split.smi-spec.io';
const VERSION = 'v1alpha1';
const KIND = 'TrafficSplit';

interface Backend {
  service: string;
  /** A resource quantity in v1alpha1: a number or a string such as `10` or `500m`. */
  weight?: number | string;
  [field: string]: unknown;
}

/**
 * Linkerd through the Service Mesh Interface: one `TrafficSplit` named like the apex service, whose backends are the
 * canary and the primary service. Weights are relative; this router writes percentages, as integers.
 */
export const linkerd: RouterProvider = {
  kind: 'router',
  contractVersion: CONTRACT_VERSION,
  id: 'linkerd',
  displayName: 'Linkerd (SMI TrafficSplit)',
  abilities: { weights: true, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false },
  rbac: [{ apiGroups: [GROUP], resources: ['trafficsplits'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] }],
  queries,
  references: (canary) => [reference(canary)],
  render(canary, routes, existing) {
    if (routes.mirror) throw new ProviderError('unsupported', 'Linkerd cannot copy traffic to the canary; remove analysis.mirror');
    const found = find(canary, existing);
    return { write: [found ? corrected(found, canary, routes) : created(canary, routes)], remove: [] };
  },
  read(canary, existing) {
    const found = find(canary, existing);
    return found ? readWeights(found, canary) : { state: 'absent' };
  },
  finalize: () => ({ write: [], remove: [] }),
};

function reference(canary: RoutedCanary): ObjectRef {
  return { group: GROUP, version: VERSION, kind: KIND, plural: 'trafficsplits', namespace: canary.namespace, name: canary.services.apex };
}

function find(canary: RoutedCanary, existing: readonly KubeObject[]): KubeObject | undefined {
  return existing.find(
    ({ kind, apiVersion, metadata }) =>
      kind === KIND &&
      apiVersion.startsWith(`${GROUP}/`) &&
      metadata.name === canary.services.apex &&
      metadata.namespace === canary.namespace,
  );
}

function created(canary: RoutedCanary, routes: Routes): KubeObject {
  return {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: KIND,
    metadata: { name: canary.services.apex, namespace: canary.namespace, ownerReferences: [canary.owner] },
    spec: { service: rootService(canary), backends: wantedBackends(canary, routes, []) },
  };
}

function corrected(found: KubeObject, canary: RoutedCanary, routes: Routes): KubeObject {
  const backends = backendsOf(found);
  const wanted = wantedBackends(canary, routes, backends);
  const isRight =
    found.spec?.service === rootService(canary) &&
    backends.length === wanted.length &&
    wanted.every(({ service, weight }) =>
      backends.some((backend) => backend.service === service && parseQuantity(backend.weight) === weight),
    );
  return isRight ? found : { ...found, spec: { ...found.spec, service: rootService(canary), backends: wanted } };
}

/** Exactly two: any other backend would take a share of the traffic that nobody decided. */
function wantedBackends(canary: RoutedCanary, routes: Routes, existing: readonly Backend[]): Backend[] {
  const shares: [service: string, weight: number][] = [
    [canary.services.canary, routes.canary],
    [canary.services.primary, routes.primary],
  ];
  return shares.map(([service, weight]) => ({ ...existing.find((backend) => backend.service === service), service, weight }));
}

/** The service whose clients are split; Flagger takes the first host as its name when there is one. */
function rootService(canary: RoutedCanary): string {
  return canary.spec.service?.hosts?.[0] ?? canary.services.apex;
}

function readWeights(found: KubeObject, canary: RoutedCanary): RouteReading {
  const backends = backendsOf(found);
  const weightOf = (service: string) => parseQuantity(backends.find((backend) => backend.service === service)?.weight ?? 0);
  const { apex, primary, canary: canaryService } = canary.services;
  const weights = { primary: weightOf(primary), canary: weightOf(canaryService) };
  const where = `TrafficSplit ${canary.namespace}/${apex}`;
  if (weights.primary === undefined || weights.canary === undefined) {
    return { state: 'notReady', reason: `${where} has a weight that is not a quantity` };
  }
  const sum = weights.primary + weights.canary;
  if (sum <= 0) return { state: 'notReady', reason: `${where} gives no weight to ${primary} or ${canaryService}` };
  const share = Math.round((weights.canary / sum) * 100);
  return { state: 'ready', routes: { primary: 100 - share, canary: share, mirror: false } };
}

function backendsOf(found: KubeObject): Backend[] {
  return Array.isArray(found.spec?.backends) ? found.spec.backends : [];
}
