import type { KubeObject } from './ObjectStore';
import type { JsonSchema } from './schema/JsonSchema';
import type { ValidationRules } from './validations/ValidationRules';

/** A kind of object that the server keeps, built in or from a CustomResourceDefinition. */
export interface ResourceType {
  /** `<group>/<plural>`; `/<plural>` for the core group. */
  id: string;
  group: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  /** `all` makes `kubectl get all` show it. */
  categories: string[];
  namespaced: boolean;
  /** Served versions, preferred one first. */
  versions: ResourceVersion[];
  /** The version that objects are kept in, and that in-process users of the store see. */
  storageVersion: string;
  /** Whether `metadata.generation` is kept. */
  generation: boolean;
  /** Came from a CustomResourceDefinition. */
  custom: boolean;
  /** Its definition is being deleted: no further objects. */
  terminating?: boolean;
  /** Another type's id, when this one is only a second view of the same objects (events). */
  storedAs?: string;
}

/** One version of a type, as served. */
export interface ResourceVersion {
  name: string;
  /** Has a `/status` subresource: writes to the object leave the status alone, and the other way round. */
  status: boolean;
  /** Where `/scale` reads and writes; absent without that subresource. */
  scale?: ScalePaths;
  /** Structural schema of a custom resource, or what a built-in kind may have. */
  schema?: JsonSchema;
  /** The schema's validation rules; absent for built-in kinds. */
  rules?: ValidationRules;
  printerColumns?: PrinterColumn[];
  /** Objects as they are seen through `schema`, so that each is pruned and defaulted once. */
  seen?: WeakMap<KubeObject, KubeObject>;
  deprecationWarning?: string;
}

/** Paths of a scale subresource, with the leading dot of the CRD format. */
export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

/** A column of `kubectl get`, as in `additionalPrinterColumns`. */
export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  /** 0 is always shown, anything else with `-o wide`. */
  priority?: number;
  jsonPath: string;
}

/** The version of the type by name, or undefined when it is not served. */
export function versionOf(type: ResourceType, name: string): ResourceVersion | undefined {
  return type.versions.find((version) => version.name === name);
}

/** `apiVersion` of objects of the type in a version. */
export function apiVersionOf(type: ResourceType, version: string): string {
  return type.group ? `${type.group}/${version}` : version;
}

/** The version part of an `apiVersion`. */
export function versionName(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
}
