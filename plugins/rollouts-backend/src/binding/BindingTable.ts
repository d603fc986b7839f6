import type { CanaryKey } from '@aviary/plugin-rollouts-common';
import { type Entity, parseEntityRef, RELATION_OWNED_BY, stringifyEntityRef } from '@backstage/catalog-model';
import { type CanaryAddress, canaryAddresses } from './canaryAddress';

/** What the catalogue knows of a Canary. */
export interface Binding {
  entityRef: string | null;
  /** Entity references of all owners; the first is the one that is shown. */
  owners: string[];
}

interface Row extends Binding {
  entityRef: string;
  addresses: CanaryAddress[];
  exact: boolean;
}

const UNBOUND: Binding = { entityRef: null, owners: [] };

/** Entities and their Canaries at one moment, looked up in both directions. */
export class BindingTable {
  readonly #byEntity = new Map<string, Row>();
  readonly #byName = new Map<string, { address: CanaryAddress; row: Row }[]>();

  constructor(entities: Entity[]) {
    for (const entity of entities) {
      const row: Row = {
        entityRef: stringifyEntityRef(entity),
        owners: ownersOf(entity),
        ...canaryAddresses(entity.metadata.annotations ?? {}),
      };
      this.#byEntity.set(row.entityRef, row);
      for (const address of row.addresses) {
        const rows = this.#byName.get(address.name);
        const entry = { address, row };
        rows ? rows.push(entry) : this.#byName.set(address.name, [entry]);
      }
    }
  }

  isEmpty(): boolean {
    return this.#byEntity.size === 0;
  }

  /** What an entity names; empty when it names none or is not known. */
  addressesOf(entityRef: string): CanaryAddress[] {
    return this.#byEntity.get(normalise(entityRef))?.addresses ?? [];
  }

  /** What entities of these owners name. */
  addressesOwnedBy(owners: string[]): CanaryAddress[] {
    const wanted = new Set(owners.map((owner) => normalise(owner, 'group')));
    return [...this.#byEntity.values()].filter((row) => row.owners.some((owner) => wanted.has(owner))).flatMap((row) => row.addresses);
  }

  /**
   * The entity that a Canary belongs to. When several name it: our own annotation wins over the Kubernetes plugin's, a named
   * cluster over any, a named namespace over any, and then the alphabet.
   */
  bindingOf(key: CanaryKey): Binding {
    const candidates = (this.#byName.get(key.name) ?? []).filter(
      ({ address }) =>
        (address.cluster === null || address.cluster === key.cluster) &&
        (address.namespace === null || address.namespace === key.namespace),
    );
    const rank = ({ address, row }: (typeof candidates)[number]) =>
      (row.exact ? 4 : 0) + (address.cluster === null ? 0 : 2) + (address.namespace === null ? 0 : 1);
    candidates.sort((a, b) => rank(b) - rank(a) || (a.row.entityRef < b.row.entityRef ? -1 : 1));
    return candidates[0]?.row ?? UNBOUND;
  }
}

function ownersOf(entity: Entity): string[] {
  const related = (entity.relations ?? []).filter((each) => each.type === RELATION_OWNED_BY).map((each) => normalise(each.targetRef));
  if (related.length > 0) {
    return related;
  }
  const owner = entity.spec?.owner;
  return typeof owner === 'string' ? [normalise(owner, 'group')] : [];
}

function normalise(ref: string, defaultKind?: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(ref, { defaultKind, defaultNamespace: 'default' }));
  } catch {
    return ref;
  }
}
