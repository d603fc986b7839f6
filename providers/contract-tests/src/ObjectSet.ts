import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectRef } from '@aviary/provider-contract';

/** Objects as an API server keeps them: written ones get uid, resourceVersion and generation. Everything in it is frozen. */
export class ObjectSet {
  #objects: readonly KubeObject[];
  #version = 100;

  constructor(objects: readonly KubeObject[]) {
    this.#objects = objects.map((object) => frozen(jsonCopy(object)));
  }

  get all(): readonly KubeObject[] {
    return this.#objects;
  }

  /** Does what a router asked for; an object that it returned unchanged stays the same object. */
  apply({ write, remove }: { write: readonly KubeObject[]; remove: readonly ObjectRef[] }): void {
    for (const object of write) {
      const before = this.#objects.find((candidate) => isSame(candidate, object));
      if (before !== object) this.replace(this.#stored(object, before));
    }
    this.#objects = this.#objects.filter((object) => !remove.some((ref) => isReferenced(object, [ref])));
  }

  /** Puts `object` in the place of the one of its kind and name, as if somebody else had written it. */
  replace(object: KubeObject): void {
    this.#objects = [...this.#objects.filter((candidate) => !isSame(candidate, object)), frozen(object)];
  }

  #stored(object: KubeObject, before: KubeObject | undefined): KubeObject {
    const stored = jsonCopy(object);
    this.#version += 1;
    const generation = before?.metadata.generation ?? 0;
    stored.metadata.uid = before?.metadata.uid ?? `uid-${this.#version}`;
    stored.metadata.resourceVersion = String(this.#version);
    stored.metadata.generation = before && isDeepStrictEqual(before.spec, object.spec) ? generation : generation + 1;
    return stored;
  }
}

/** Whether one of `references` names `object`. */
export function isReferenced(object: KubeObject, references: readonly ObjectRef[]): boolean {
  return references.some(
    (ref) =>
      ref.kind === object.kind &&
      object.apiVersion === (ref.group ? `${ref.group}/${ref.version}` : ref.version) &&
      ref.name === object.metadata.name &&
      ref.namespace === object.metadata.namespace,
  );
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** A copy of plain JSON. Unlike `structuredClone` it stays in the realm of the test, where prototypes compare equal. */
export function jsonCopy<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
