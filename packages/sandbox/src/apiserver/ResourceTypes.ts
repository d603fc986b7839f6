import { builtinTypes } from './builtinTypes';
import { conditionOf } from './definitions/conditionOf';
import type { KubeObject } from './ObjectStore';
import type { PrinterColumn, ResourceType, ResourceVersion } from './ResourceType';
import { ValidationRules } from './validations/ValidationRules';

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

  /** Serves what the CustomResourceDefinition defines from now on, if it is established; an earlier state of it is replaced. */
  define(crd: KubeObject): void {
    const type = typeOf(crd);
    if (this.#byId.get(type.id)?.custom !== false && conditionOf(crd, 'Established')?.status === 'True') {
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
      .map((version: any) => servedVersion(crd, version))
      .sort((left: ResourceVersion, right: ResourceVersion) => priority(right.name) - priority(left.name)),
    storageVersion: versions.find((version: any) => version.storage)?.name ?? versions[0].name,
    generation: true,
    custom: true,
    terminating: crd.metadata.deletionTimestamp !== undefined,
  };
}

function servedVersion(crd: KubeObject, version: any): ResourceVersion {
  return {
    name: version.name,
    status: version.subresources?.status !== undefined,
    scale: version.subresources?.scale,
    schema: version.schema?.openAPIV3Schema,
    rules: new ValidationRules(version.schema?.openAPIV3Schema ?? {}),
    printerColumns: version.additionalPrinterColumns as PrinterColumn[] | undefined,
    seen: new WeakMap(),
    deprecationWarning: version.deprecated ? (version.deprecationWarning ?? deprecation(crd, version)) : undefined,
  };
}

function deprecation({ spec }: KubeObject, { name }: any): string {
  const { group, names, versions } = spec;
  const [better] = versions
    .filter((version: any) => version.served && !version.deprecated && priority(version.name) > priority(name))
    .sort((left: any, right: any) => priority(right.name) - priority(left.name));
  return `${group}/${name} ${names.kind} is deprecated${better ? `; use ${group}/${better.name} ${names.kind}` : ''}`;
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
