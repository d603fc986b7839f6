import type { KubeObject } from '../../apiserver/ObjectStore';

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
    backends: backends.map((backend) => ({ service: backend.service ?? '', weight: quantity(backend.weight) })),
  };
}

const SUFFIXES: Record<string, number> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

function quantity(value: unknown): number {
  const match = /^\+?(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?([a-zA-Z]*)$/.exec(String(value ?? 0));
  const factor = match && SUFFIXES[match[3]];
  return match && factor !== undefined && factor !== null ? Number(match[1]) * 10 ** Number(match[2] ?? 0) * factor : 0;
}
