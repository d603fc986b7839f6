import type { ClusterCache, KubeClient, ResourceType } from '../../engine/src/kubernetes';
import { until } from '../harness/until';

/** Follows everything that a cache tells, and holds it to what must be true of it whatever happens to the API server. */
export class Witness {
  /** What was told that cannot have been: versions that went back, changes of what was gone or never there. */
  readonly contradictions: string[] = [];
  readonly #cache: ClusterCache;
  /** By uid: the version last told. */
  readonly #told = new Map<string, bigint>();
  readonly #gone = new Set<string>();

  /** `goesBack`: the cluster itself may have gone back in time. What is cached now counts as told. */
  constructor(cache: ClusterCache, { goesBack = false } = {}) {
    this.#cache = cache;
    for (const { metadata } of cache.watches().flatMap((watched) => watched.list()))
      this.#told.set(metadata.uid!, BigInt(metadata.resourceVersion!));
    cache.onChange(({ type, resource, object: { metadata } }) => {
      const uid = metadata.uid!;
      const name = `${resource.plural} ${metadata.namespace}/${metadata.name}`;
      const version = BigInt(metadata.resourceVersion!);
      const before = this.#told.get(uid);
      if (this.#gone.has(uid)) this.contradictions.push(`${name}: ${type} after it was deleted`);
      if ((type === 'added') !== (before === undefined)) this.contradictions.push(`${name}: ${type} while ${before ? '' : 'not '}there`);
      if (before && version < before && !goesBack) this.contradictions.push(`${name}: ${type} went from ${before} back to ${version}`);
      if (type === 'deleted') {
        this.#gone.add(uid);
        this.#told.delete(uid);
      } else this.#told.set(uid, version);
    });
  }

  /**
   * Waits until the cache, and with it everything that was told, equals a fresh list of these kinds.
   *
   * @throws Error with the first differences
   */
  async seesTheTruth(client: KubeClient, kinds: readonly ResourceType[], seconds = 45): Promise<void> {
    let differences: string[] = ['nothing could be listed'];
    await until(async () => {
      differences = (await Promise.all(kinds.map((kind) => this.#differences(client, kind)))).flat();
      return differences.length === 0;
    }, seconds * 1_000);
    if (differences.length > 0) throw new Error(`${differences.length} differences, such as:\n${differences.slice(0, 5).join('\n')}`);
    expect(this.contradictions).toEqual([]);
  }

  async #differences(client: KubeClient, kind: ResourceType): Promise<string[]> {
    const watched = this.#cache.find(kind)!;
    const { items } = await client.list(kind, { metadataOnly: watched.metadataOnly });
    const truth = new Map(items.map(({ metadata }) => [metadata.uid!, metadata]));
    const cached = new Map(watched.list().map(({ metadata }) => [metadata.uid!, metadata]));
    const differences: string[] = [];
    for (const [uid, { namespace, name, resourceVersion }] of truth) {
      const known = cached.get(uid)?.resourceVersion;
      const told = this.#told.get(uid)?.toString();
      if (known !== resourceVersion || told !== resourceVersion)
        differences.push(`${kind.plural} ${namespace}/${name} is at ${resourceVersion}, cached ${known}, told ${told}`);
    }
    for (const [uid, { namespace, name }] of cached)
      if (!truth.has(uid)) differences.push(`${kind.plural} ${namespace}/${name} is cached and gone`);
    return differences;
  }
}
