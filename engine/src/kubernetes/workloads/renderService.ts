import type { KubeObject } from '@aviary/provider-contract';
import type { ObjectMetadata, ServiceSpec } from '../../canary/Canary';
import type { ServicePort } from './discoverPorts';
import { isOwnedBy, objectNames, ownerReferenceOf, type RenderableCanary } from './RenderableCanary';
import { rendered, type Rendered } from './Rendered';

/** Which of a Canary's three services. */
export type ServiceRole = 'apex' | 'primary' | 'canary';

/** Tell Flux that somebody else looks after the object (facts §2.10). */
export const FLUX_ANNOTATIONS: Readonly<Record<string, string>> = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
};

/** What a service is made from. */
export interface ServiceOptions {
  role: ServiceRole;
  canary: RenderableCanary;
  /** The label that tells the versions apart, and the target's value of it. */
  selectorLabel: string;
  value: string;
  /** Further ports, from `discoverPorts`. */
  ports: readonly ServicePort[];
  /** The service as it is now, when there is one. */
  existing?: KubeObject;
}

/**
 * One of the services of a Canary (facts §2.10). Of one that we own, ports, selector, labels and annotations are made
 * exactly so, but for `unmanagedMetadata`; of one that we found, only ports and selector, with Flux's marks when
 * there is something to write. Node ports stay with the name of their port.
 */
export function renderService(options: ServiceOptions): Rendered {
  const { canary, existing, role } = options;
  const { service } = canary.spec;
  const names = objectNames(canary);
  const name = { apex: names.apexService, primary: names.primaryService, canary: names.canaryService }[role];
  const selector = { [options.selectorLabel]: role === 'canary' ? options.value : `${options.value}-primary` };
  const ports = wantedPorts(service, options.ports);
  const wanted = wantedMetadata(service[role], options.selectorLabel, name);
  if (!existing) return { object: createdService(canary, name, wanted, selector, ports), differs: true };
  const spec: Record<string, any> = { ...existing.spec, selector, ports: mergedPorts(ports, existing.spec?.ports ?? []) };
  if (!isOwnedBy(existing, canary)) return adoptedService(existing, spec);
  // Never taken away again: Flagger sets it at creation only, and somebody may have set it since.
  if (service.trafficDistribution !== undefined) spec.trafficDistribution = service.trafficDistribution;
  const metadata = {
    ...existing.metadata,
    labels: withUnmanaged(wanted.labels, existing.metadata.labels, service.unmanagedMetadata?.labels),
    annotations: withUnmanaged(wanted.annotations, existing.metadata.annotations, service.unmanagedMetadata?.annotations),
  };
  return rendered({ ...existing, metadata, spec }, existing);
}

/**
 * The apex service as the user had it, for a Canary that goes (facts §2.9): the selector that was last applied with
 * kubectl, or else the target's own pods. Undefined when the service is the Canary's and goes with it.
 */
export function restoreApexService(
  existing: KubeObject,
  options: Pick<ServiceOptions, 'canary' | 'selectorLabel' | 'value'>,
): Rendered | undefined {
  if (existing.metadata.ownerReferences?.some((owner) => owner.kind === 'Canary')) return undefined;
  const selector = lastAppliedSelector(existing) ?? { [options.selectorLabel]: options.value };
  return rendered({ ...existing, spec: { ...existing.spec, selector } }, existing);
}

function createdService(
  canary: RenderableCanary,
  name: string,
  metadata: { labels: Record<string, string>; annotations: Record<string, string> },
  selector: Record<string, string>,
  ports: ServicePort[],
): KubeObject {
  const { headless, trafficDistribution } = canary.spec.service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: canary.namespace, ...metadata, ownerReferences: [ownerReferenceOf(canary)] },
    spec: {
      type: 'ClusterIP',
      ...(headless ? { clusterIP: 'None' } : {}),
      ...(trafficDistribution === undefined ? {} : { trafficDistribution }),
      selector,
      ports,
    },
  };
}

function adoptedService(existing: KubeObject, spec: Record<string, any>): Rendered {
  const changed = rendered({ ...existing, spec }, existing);
  if (!changed.differs) return changed;
  const annotations = { ...existing.metadata.annotations, ...FLUX_ANNOTATIONS };
  return { object: { ...existing, metadata: { ...existing.metadata, annotations }, spec }, differs: true };
}

function wantedPorts(service: ServiceSpec, discovered: readonly ServicePort[]): ServicePort[] {
  const { portName, port, targetPort, appProtocol } = service;
  const first: ServicePort = { name: portName, protocol: 'TCP', port, targetPort, ...(appProtocol === undefined ? {} : { appProtocol }) };
  return [first, ...discovered.filter((each) => each.name !== portName)];
}

/** The existing ports when they say the same in any order, so that no order is fought over; node ports by name. */
function mergedPorts(wanted: ServicePort[], existing: ServicePort[]): ServicePort[] {
  const merged = wanted.map((port) => {
    const nodePort = existing.find((each) => each.name === port.name)?.nodePort;
    return nodePort === undefined ? port : { ...port, nodePort };
  });
  const text = (ports: ServicePort[]) =>
    ports
      .map(({ name, protocol, port, targetPort, appProtocol }) => JSON.stringify([name, protocol ?? 'TCP', port, targetPort, appProtocol]))
      .sort()
      .join();
  return text(merged) === text(existing) ? existing : merged;
}

function wantedMetadata(custom: ObjectMetadata | undefined, selectorLabel: string, name: string) {
  return {
    labels: { ...custom?.labels, [selectorLabel]: name },
    annotations: { ...custom?.annotations, ...FLUX_ANNOTATIONS },
  };
}

function withUnmanaged(wanted: Record<string, string>, live: Record<string, string> = {}, keys: string[] = []): Record<string, string> {
  const kept = Object.fromEntries(keys.filter((key) => live[key] !== undefined).map((key) => [key, live[key]]));
  return { ...wanted, ...kept };
}

function lastAppliedSelector(service: KubeObject): Record<string, string> | undefined {
  try {
    const text = service.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
    const selector = text === undefined ? undefined : JSON.parse(text)?.spec?.selector;
    return selector && typeof selector === 'object' ? selector : undefined;
  } catch {
    return undefined;
  }
}
