/** How a list of a built-in kind merges: by the keys of its items, as a set of primitives, or not at all. */
export interface ListRule {
  /** Key of a strategic merge patch. */
  mergeKey?: string;
  /** Keys of server-side apply: differs from `mergeKey` for ports. */
  applyKeys?: string[];
  /** A list of primitives that is merged as a set. */
  set?: boolean;
}

const byName: ListRule = { mergeKey: 'name', applyKeys: ['name'] };
const byType: ListRule = { mergeKey: 'type', applyKeys: ['type'] };

/** `<field>` or `<parent>.<field>`, the longer one first; from the API types' `patchMergeKey` and `listMapKey` marks. */
const rules: Record<string, ListRule> = {
  'containers.ports': { mergeKey: 'containerPort', applyKeys: ['containerPort', 'protocol'] },
  'initContainers.ports': { mergeKey: 'containerPort', applyKeys: ['containerPort', 'protocol'] },
  'spec.ports': { mergeKey: 'port', applyKeys: ['port', 'protocol'] },
  'status.addresses': byType,
  'status.conditions': byType,
  'status.podIPs': { mergeKey: 'ip', applyKeys: ['ip'] },
  'status.hostIPs': { mergeKey: 'ip', applyKeys: ['ip'] },
  'spec.topologySpreadConstraints': { mergeKey: 'topologyKey', applyKeys: ['topologyKey', 'whenUnsatisfiable'] },
  'spec.podCIDRs': { set: true },
  containers: byName,
  initContainers: byName,
  ephemeralContainers: byName,
  env: byName,
  volumes: byName,
  imagePullSecrets: byName,
  secrets: byName,
  resourceClaims: byName,
  schedulingGates: byName,
  volumeMounts: { mergeKey: 'mountPath', applyKeys: ['mountPath'] },
  volumeDevices: { mergeKey: 'devicePath', applyKeys: ['devicePath'] },
  hostAliases: { mergeKey: 'ip', applyKeys: ['ip'] },
  ownerReferences: { mergeKey: 'uid', applyKeys: ['uid'] },
  finalizers: { set: true },
};

/** The rule of the list at a path of field names (positions in lists left out); undefined for one that is replaced whole. */
export function listRule(path: string[]): ListRule | undefined {
  return rules[path.slice(-2).join('.')] ?? rules[path.at(-1) ?? ''];
}
