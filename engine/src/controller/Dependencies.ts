/** Which Canaries must be looked at again when an object changes. Rebuilt by each observation, from what it read. */
export class Dependencies {
  readonly #objectsOf = new Map<string, ReadonlySet<string>>();
  readonly #canariesOf = new Map<string, Set<string>>();

  /** What the decisions about `canary` were based on. */
  set(canary: string, objects: ReadonlySet<string>): void {
    const before = this.#objectsOf.get(canary);
    if (before && before.size === objects.size && [...objects].every((object) => before.has(object))) return;
    this.forget(canary);
    this.#objectsOf.set(canary, objects);
    for (const object of objects) {
      const canaries = this.#canariesOf.get(object);
      if (canaries) canaries.add(canary);
      else this.#canariesOf.set(object, new Set([canary]));
    }
  }

  forget(canary: string): void {
    for (const object of this.#objectsOf.get(canary) ?? []) {
      const canaries = this.#canariesOf.get(object);
      canaries?.delete(canary);
      if (canaries?.size === 0) this.#canariesOf.delete(object);
    }
    this.#objectsOf.delete(canary);
  }

  canariesOf(object: string): Iterable<string> {
    return this.#canariesOf.get(object) ?? [];
  }
}
