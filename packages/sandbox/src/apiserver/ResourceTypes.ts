import { builtinTypes } from './builtinTypes';
import type { KubeObject } from './ObjectStore';
import type { PrinterColumn, ResourceType, ResourceVersion } from './ResourceType';

/** Every kind of object that is served at the moment: the built-in ones and those of the CRDs in the store. */
export class ResourceTypes {
  readonly #byId = new Map<string, ResourceType>();

  constructor() {
    for (const type of builtinTypes()) {
      this.#byId.set(type.id, type);
    }
  }

  /** All types, built-in ones first. */
  all(): ResourceType[] {
    return [...this.#byId.values()];
  }

  /** The type with the id `<group>/<plural>`. */
  find(id: string): ResourceType | undefined {
    return this.#byId.get(id);
  }

  /** Serves what the CustomResourceDefinition defines from now on; an earlier definition of it is replaced. */
  define(crd: KubeObject): void {
    const type = typeOf(crd);
    if (this.#byId.get(type.id)?.custom !== false) {
      this.#byId.set(type.id, type);
    }
  }

  /** Stops serving what the CustomResourceDefinition defined. */
  undefine(crd: KubeObject): void {
    this.#byId.delete(typeOf(crd).id);
  }
}

function typeOf(crd: KubeObject): ResourceType {
  const { group, names, scope, versions } = crd.spec;
  return {
    id: `${group}/${names.plural}`,
    group,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    versions: versions
      .filter((version: any) => version.served)
      .map(servedVersion)
      .sort((left: ResourceVersion, right: ResourceVersion) => priority(right.name) - priority(left.name)),
    storageVersion: versions.find((version: any) => version.storage)?.name ?? versions[0].name,
    generation: true,
    custom: true,
  };
}

function servedVersion(version: any): ResourceVersion {
  return {
    name: version.name,
    status: version.subresources?.status !== undefined,
    scale: version.subresources?.scale,
    schema: version.schema?.openAPIV3Schema,
    printerColumns: version.additionalPrinterColumns as PrinterColumn[] | undefined,
    deprecationWarning: version.deprecated ? (version.deprecationWarning ?? `${version.name} is deprecated`) : undefined,
  };
}

/** Kubernetes' order of versions: v2 over v1, any stable one over beta over alpha. */
function priority(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) {
    return -1;
  }
  const stage = { alpha: 1, beta: 2 }[match[2]] ?? 3;
  return stage * 1_000_000 + Number(match[1]) * 1_000 + Number(match[3] ?? 0);
}
