import { CONTRACT_VERSION, ProviderError } from '@aviary/provider-contract';
import type { AlertProviderDefinition, MetricProviderDefinition, RouterProvider } from '@aviary/provider-contract';
import { nearestName } from './nearestName';

/** What a provider package exports: one definition of any of the three kinds. */
export type ProviderDefinition = RouterProvider | MetricProviderDefinition | AlertProviderDefinition;

/** Where users write an id of each kind, for messages. */
const WRITTEN_AT: Readonly<Record<ProviderDefinition['kind'], string>> = {
  router: 'spec.provider of the Canary',
  metric: 'spec.provider.type of the MetricTemplate',
  alert: 'spec.type of the AlertProvider',
};

/** The providers that this engine has. It is filled once, at start; an id that it does not have is an error, never a default. */
export class ProviderRegistry {
  readonly #definitions = new Map<string, ProviderDefinition>();

  /** @throws Error when a provider of that kind and id is there already, or when it needs another version of the contract */
  add(definition: ProviderDefinition): void {
    const { kind, id, contractVersion = 1 } = definition;
    if (contractVersion !== CONTRACT_VERSION) {
      throw new Error(
        `The ${kind} provider "${id}" was written for version ${contractVersion} of the provider contract, this engine has version ` +
          `${CONTRACT_VERSION}; install a version of the provider that fits`,
      );
    }
    const key = keyOf(kind, id);
    if (this.#definitions.has(key)) {
      throw new Error(`There are two ${kind} providers with the id "${id}"; remove one of the packages or give it another id`);
    }
    this.#definitions.set(key, definition);
  }

  /** Whether there is one of that kind and id. */
  has(kind: ProviderDefinition['kind'], id: string): boolean {
    return this.#definitions.has(keyOf(kind, id));
  }

  /** @throws ProviderError `misconfigured`, naming the known routers */
  router(id: string): RouterProvider {
    return this.#get('router', id);
  }

  /** @throws ProviderError `misconfigured`, naming the known metric providers */
  metric(id: string): MetricProviderDefinition {
    return this.#get('metric', id);
  }

  /** @throws ProviderError `misconfigured`, naming the known alert providers */
  alert(id: string): AlertProviderDefinition {
    return this.#get('alert', id);
  }

  /** All definitions, or those of one kind, ordered by kind and id. */
  list(): ProviderDefinition[];
  list<Kind extends ProviderDefinition['kind']>(kind: Kind): Extract<ProviderDefinition, { kind: Kind }>[];
  list(kind?: ProviderDefinition['kind']): ProviderDefinition[] {
    return [...this.#definitions.values()]
      .filter((definition) => kind === undefined || definition.kind === kind)
      .sort((a, b) => (keyOf(a.kind, a.id) < keyOf(b.kind, b.id) ? -1 : 1));
  }

  #get<Kind extends ProviderDefinition['kind']>(kind: Kind, id: string): Extract<ProviderDefinition, { kind: Kind }> {
    const definition = this.#definitions.get(keyOf(kind, id));
    if (definition) return definition as Extract<ProviderDefinition, { kind: Kind }>;
    const known = this.list(kind).map((candidate) => candidate.id);
    const nearest = nearestName(id, known);
    const question = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    const names = known.length === 0 ? 'none' : known.join(', ');
    throw new ProviderError('misconfigured', `There is no ${kind} provider "${id}" (${WRITTEN_AT[kind]}).${question} Known: ${names}`);
  }
}

function keyOf(kind: ProviderDefinition['kind'], id: string): string {
  return `${kind}/${id}`;
}
