import type { KubeObject } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import type { Command } from '../decision/Situation';
import { resourceTypes, type ResourceChange } from '../kubernetes';
import type { CanaryKey, RolloutStore } from '../store/RolloutStore';
import type { Logger } from '../telemetry/Logger';
import type { CanaryLoop } from './CanaryLoop';
import type { CanaryHooks } from './createLoopParts';
import { dependencyKey, dependencyOf, type ClusterView } from './ClusterView';
import { Dependencies } from './Dependencies';
import type { ShardKeeper } from './ShardKeeper';

/** How often unanswered commands are looked for without a hint, in milliseconds of the engine's clock. One query for all. */
const COMMANDS_EVERY = 5_000;
/** How many shards are read in one query: states are large, and an engine may hold all shards. */
const SHARDS_AT_ONCE = 16;

/** Makes the loop of one Canary. */
export type MakeLoop = (key: CanaryKey, uid: string, hooks: CanaryHooks) => CanaryLoop;

/** Starts a loop for every Canary of the cluster and tells it when to look. */
export class Controller {
  readonly #cluster: string;
  readonly #view: ClusterView;
  readonly #store: RolloutStore;
  readonly #shards: ShardKeeper;
  readonly #makeLoop: MakeLoop;
  readonly #shardOf: (uid: string) => number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #loops = new Map<string, { uid: string; namespace: string; shard: number; loop: CanaryLoop }>();
  readonly #dependencies = new Dependencies();
  #commands = new Map<string, Command[]>();
  #unsubscribe: (() => void)[] = [];
  #cancelPoll: (() => void) | null = null;
  #stopped = false;

  constructor(options: {
    cluster: string;
    view: ClusterView;
    store: RolloutStore;
    shards: ShardKeeper;
    makeLoop: MakeLoop;
    shardOf: (uid: string) => number;
    clock: Clock;
    logger: Logger;
  }) {
    this.#cluster = options.cluster;
    this.#view = options.view;
    this.#store = options.store;
    this.#shards = options.shards;
    this.#makeLoop = options.makeLoop;
    this.#shardOf = options.shardOf;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Watches, takes its share of the shards, and begins. Resolves when every Canary has a loop. */
  async start(): Promise<void> {
    this.#unsubscribe.push(this.#view.cache.onChange((change) => this.#changed(change)));
    this.#unsubscribe.push(
      this.#view.cache.onRecovered(() => {
        for (const { loop } of this.#loops.values()) loop.changed();
      }),
    );
    await this.#view.start();
    if (this.#stopped) return;
    this.#shards.onChange((gained, lost) => this.#moved(new Set(gained), new Set(lost)));
    await this.#shards.start();
    if (this.#stopped) return;
    for (const canary of this.#view.list('canaries')) this.#begin(canary);
    this.#unsubscribe.push(
      this.#store.onHint((hint) => {
        if (hint === 'command') void this.#readCommands();
        else void this.#shards.renew();
      }),
    );
    await this.#readCommands();
    if (!this.#stopped) this.#poll();
  }

  /** Lets running passes end, then gives the shards back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll?.();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([...this.#loops.values()].map(({ loop }) => loop.stop()));
    await this.#shards.stop();
  }

  /** The engine was granted a permission that it lacked: what waits for one goes on. */
  permitted(): void {
    for (const { loop } of this.#loops.values()) loop.permitted();
  }

  /** How many Canaries this engine answers for, by namespace. */
  count(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { namespace, shard } of this.#loops.values())
      if (this.#shards.lease(shard) !== null) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    return counts;
  }

  #changed(change: ResourceChange): void {
    if (change.resource.plural === resourceTypes.canary.plural && change.resource.group === resourceTypes.canary.group)
      this.#canaryChanged(change);
    // Our own writes are followed by the loop that made them.
    if (change.source === 'write') return;
    for (const id of this.#dependencies.canariesOf(dependencyOf(change.resource, change.object))) this.#loops.get(id)?.loop.changed();
  }

  #canaryChanged(change: ResourceChange): void {
    if (change.source === 'write') return;
    if (change.type === 'added') this.#begin(change.object);
    this.#loops.get(idOf(this.#keyOf(change.object)))?.loop.changed();
  }

  #begin(canary: KubeObject): void {
    if (this.#stopped) return;
    const key = this.#keyOf(canary);
    const id = idOf(key);
    const uid = canary.metadata.uid ?? '';
    const running = this.#loops.get(id);
    if (running?.uid === uid) return;
    // A Canary of the same name that was deleted and made again is another one.
    if (running) void running.loop.stop();
    const loop: CanaryLoop = this.#makeLoop(key, uid, {
      commands: () => this.#commands.get(id) ?? [],
      dependsOn: (objects) => this.#dependencies.set(id, new Set([...objects, canaryDependency(key)])),
      gone: () => this.#gone(id, loop),
    });
    this.#loops.set(id, { uid, namespace: key.namespace, shard: this.#shardOf(uid), loop });
    loop.takeover();
  }

  #gone(id: string, loop: CanaryLoop): void {
    if (this.#loops.get(id)?.loop !== loop) return;
    this.#loops.delete(id);
    this.#dependencies.forget(id);
    void loop.stop();
  }

  #moved(gained: ReadonlySet<number>, lost: ReadonlySet<number>): void {
    for (const { shard, loop } of this.#loops.values()) {
      if (gained.has(shard)) loop.takeover();
      else if (lost.has(shard)) loop.lost();
    }
    if (gained.size > 0) void this.#forgetVanished([...gained]);
  }

  /** Canaries that were deleted while nobody answered for them: the ledger has them still. */
  async #forgetVanished(shards: number[]): Promise<void> {
    try {
      for (let from = 0; from < shards.length && !this.#stopped; from += SHARDS_AT_ONCE) {
        const records = await this.#store.loadShards(this.#cluster, shards.slice(from, from + SHARDS_AT_ONCE));
        for (const { key, uid } of records) {
          if (!this.#view.coversCanaries(key.namespace) || this.#view.get('canaries', key.namespace, key.name)) continue;
          const lease = this.#shards.lease(this.#shardOf(uid));
          if (lease) await this.#store.forget(lease, key, this.#clock.now());
        }
      }
    } catch (error) {
      this.#logger.warn('could not look for Canaries that are gone', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  #poll(): void {
    this.#cancelPoll = this.#clock.after(COMMANDS_EVERY, async () => {
      await this.#readCommands();
      if (!this.#stopped) this.#poll();
    });
  }

  async #readCommands(): Promise<void> {
    try {
      const pending = await this.#store.pendingCommands(this.#cluster, this.#shards.shards());
      const before = this.#commands;
      this.#commands = new Map();
      for (const { key, ...command } of pending) {
        const id = idOf(key);
        this.#commands.set(id, [...(this.#commands.get(id) ?? []), command]);
      }
      for (const [id, commands] of this.#commands) {
        const known = new Set(before.get(id)?.map((command) => command.id));
        if (commands.some((command) => !known.has(command.id))) this.#loops.get(id)?.loop.command();
      }
    } catch (error) {
      this.#logger.warn('could not read commands', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  #keyOf(canary: KubeObject): CanaryKey {
    return { cluster: this.#cluster, namespace: canary.metadata.namespace ?? 'default', name: canary.metadata.name };
  }
}

function idOf(key: CanaryKey): string {
  return `${key.namespace}/${key.name}`;
}

function canaryDependency(key: CanaryKey): string {
  return dependencyKey(resourceTypes.canary, key.namespace, key.name);
}
