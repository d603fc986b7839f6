import type { KubeObject } from '@aviary/provider-contract';
import type { ServiceSpec } from '../../canary/Canary';

/** One entry of a Service's `spec.ports`. */
export interface ServicePort {
  name: string;
  protocol: 'TCP';
  port: number;
  targetPort: number | string;
  appProtocol?: string;
  nodePort?: number;
}

const SIDECARS: ReadonlySet<string> = new Set(['istio-proxy', 'envoy']);

/** The container ports that `portDiscovery` adds to the services, beside the port that the Canary names. */
export function discoverPorts(target: KubeObject, service: Pick<ServiceSpec, 'portDiscovery' | 'targetPort'>): ServicePort[] {
  if (!service.portDiscovery) return [];
  const found = new Map<string, ServicePort>();
  for (const container of target.spec?.template?.spec?.containers ?? []) {
    if (SIDECARS.has(container.name)) continue;
    for (const [index, { name, containerPort }] of (container.ports ?? []).entries()) {
      if (containerPort === service.targetPort || (name !== undefined && name === service.targetPort)) continue;
      const portName = name ?? `tcp-${container.name}-${index}`;
      found.set(portName, { name: portName, protocol: 'TCP', port: containerPort, targetPort: containerPort });
    }
  }
  return [...found.values()];
}
