import type { KubeObject } from '../../apiserver/ObjectStore';
import { Quantity } from '../../apiserver/validations/functions/Quantity';

/** What a TrafficSplit says: whose traffic, and which share of it each Service gets. */
export interface TrafficSplit {
  /** The Service that clients call (the apex). */
  service: string;
  /** Weights relative to each other; 0 gets nothing. */
  backends: { service: string; weight: number }[];
}

/**
 * Reads a TrafficSplit of split.smi-spec.io/v1alpha1 to v1alpha4 as the mesh understands it. In v1alpha1 weights are resource quantities
 * (`"100"`, `100`, `"500m"`), later whole numbers; both are read the same way. A weight that cannot be read counts as 0.
 */
export function readTrafficSplit(object: KubeObject): TrafficSplit {
  const backends: { service?: string; weight?: unknown }[] = object.spec?.backends ?? [];
  return {
    service: object.spec?.service ?? '',
    backends: backends.map((backend) => ({ service: backend.service ?? '', weight: weightOf(backend.weight) })),
  };
}

function weightOf(value: unknown): number {
  return Math.max(0, Quantity.parse(String(value ?? 0))?.toNumber() ?? 0);
}
