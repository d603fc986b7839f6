import type { KubeObject } from '@aviary/provider-contract';

/** A ConfigMap or Secret that a pod spec uses. */
export interface ConfigReference {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  /** Every use of it says `optional: true`: pods start without it. */
  optional: boolean;
  /** `configmap/<name>` or `secret/<name>`, as Flagger's `status.trackedConfigs` names it. */
  ref: string;
}

/** A place in a pod spec where a config is named: `holder[field]` is the name. */
interface Use {
  kind: 'ConfigMap' | 'Secret';
  holder: Record<string, any>;
  field: string;
}

const SECRET_TYPES: ReadonlySet<string> = new Set(['Opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/ssh-auth', 'kubernetes.io/tls']);

/** The configs that a pod spec uses (volumes, projected volumes, env and envFrom of containers and init containers), by `ref`. */
export function trackedConfigs(podSpec: Record<string, any> | undefined): ConfigReference[] {
  const found = new Map<string, ConfigReference>();
  for (const { kind, holder, field } of usesOf(podSpec ?? {})) {
    const name: string = holder[field];
    const ref = configRef(kind, name);
    const optional = holder.optional === true && (found.get(ref)?.optional ?? true);
    found.set(ref, { kind, name, optional, ref });
  }
  return [...found.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** `configmap/<name>` or `secret/<name>`. */
export function configRef(kind: 'ConfigMap' | 'Secret', name: string): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** Whether changes of this ConfigMap or Secret count: its owner may opt out, and service account tokens never do. */
export function isTrackable(config: KubeObject): boolean {
  if (config.metadata.annotations?.['flagger.app/config-tracking']?.startsWith('disable')) return false;
  return config.kind !== 'Secret' || SECRET_TYPES.has(config.type ?? 'Opaque');
}

/** A copy of the pod spec in which each of `refs` is named `<name>-primary`. */
export function renamePrimaryReferences<T extends Record<string, any>>(podSpec: T, refs: Iterable<string>): T {
  const copy = structuredClone(podSpec);
  const renamed = new Set(refs);
  for (const { kind, holder, field } of usesOf(copy)) {
    if (renamed.has(configRef(kind, holder[field]))) holder[field] = `${holder[field]}-primary`;
  }
  return copy;
}

function usesOf(podSpec: Record<string, any>): Use[] {
  const uses: Use[] = [];
  const add = (kind: Use['kind'], holder: Record<string, any> | null | undefined, field: string) => {
    if (typeof holder?.[field] === 'string' && holder[field] !== '') uses.push({ kind, holder, field });
  };
  for (const volume of podSpec.volumes ?? []) {
    add('ConfigMap', volume.configMap, 'name');
    add('Secret', volume.secret, 'secretName');
    for (const source of volume.projected?.sources ?? []) {
      add('ConfigMap', source.configMap, 'name');
      add('Secret', source.secret, 'name');
    }
  }
  for (const container of [...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])]) {
    for (const variable of container.env ?? []) {
      add('ConfigMap', variable.valueFrom?.configMapKeyRef, 'name');
      add('Secret', variable.valueFrom?.secretKeyRef, 'name');
    }
    for (const source of container.envFrom ?? []) {
      add('ConfigMap', source.configMapRef, 'name');
      add('Secret', source.secretRef, 'name');
    }
  }
  return uses;
}
