import { NotFoundError } from '@backstage/errors';
import {
  formatCanaryRef,
  type CanaryKey,
  type ClockReading,
  type CommandRequest,
  type CommandStatus,
  type CommandType,
  type Rollout,
  type RolloutCounts,
  type RolloutPage,
  type RolloutQuery,
  type RolloutsApi,
} from '@aviary/plugin-rollouts-common';
import type { CanaryFixture } from './fixtures';
import { manyRollouts } from './manyRollouts';

/** A `RolloutsApi` on fixtures: filters, pages and takes commands like the real one, and remembers what it was asked. */
export class FixtureRollouts implements RolloutsApi {
  readonly asked: { call: string; about?: unknown }[] = [];
  readonly commands: CommandRequest[] = [];
  /** What every call fails with, while set. */
  failure: Error | null = null;
  actions: CommandType[] = ['pause', 'resume', 'approve', 'reject', 'abort', 'promote', 'retry'];
  readonly #canaries = new Map<string, CanaryFixture>();
  readonly #rows: Rollout[];

  /** @param now the engine's time, which stands still */
  constructor(
    readonly now: number,
    canaries: CanaryFixture[] = [],
    rows: Rollout[] = manyRollouts(now),
  ) {
    this.#rows = rows;
    for (const canary of canaries) {
      this.put(canary);
    }
  }

  /** Adds a Canary or replaces what is known of it. */
  put(canary: CanaryFixture): void {
    this.#canaries.set(formatCanaryRef(canary.rollout.key), canary);
  }

  async list(query: RolloutQuery): Promise<RolloutPage> {
    this.#note('list', query);
    const all = query.entity === undefined ? this.#rows : [...this.#canaries.values()].map((canary) => canary.rollout);
    const fitting = all.filter((rollout) => fits(rollout, query));
    const limit = query.limit ?? fitting.length;
    const from = Number(query.cursor ?? 0);
    return {
      items: fitting.slice(from, from + limit),
      next: from + limit < fitting.length ? String(from + limit) : null,
      previous: from > 0 ? String(Math.max(0, from - limit)) : null,
      clock: this.#clock(),
    };
  }

  async counts(): Promise<RolloutCounts & { clock: ClockReading }> {
    this.#note('counts');
    const bars = [1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 2, 1, 4, 5, 3, 4, 2, 3, 4, 2, 2, 1];
    return {
      running: 7,
      holding: 1,
      paused: 1,
      waiting: 2,
      oldestWaitingSince: this.now - 22 * 60_000,
      failedDay: 3,
      promotedDay: 41,
      endedDay: 44,
      hours: bars.map((promoted, hour) => ({ promoted, failed: [16, 20, 23].includes(hour) ? 1 : 0 })),
      medianDuration: 9 * 60_000,
      clusters: ['prod-eu', 'prod-us', 'staging-eu'],
      namespaces: [...new Set(this.#rows.map((row) => row.key.namespace))].sort(),
      clock: this.#clock(),
    };
  }

  async get(key: CanaryKey) {
    this.#note('get', key);
    return { rollout: this.#canary(key).rollout, clock: this.#clock(), actions: this.actions };
  }

  async decisions(key: CanaryKey, options: { rolloutId?: string } = {}) {
    this.#note('decisions', options);
    return { items: this.#canary(key).decisions };
  }

  async evidence(key: CanaryKey, sequence: number) {
    this.#note('evidence', sequence);
    return { decision: this.#canary(key).decisions.find((decision) => decision.sequence === sequence) };
  }

  async events(key: CanaryKey) {
    return { items: this.#canary(key).events };
  }

  async history(key: CanaryKey) {
    return { items: this.#canary(key).history };
  }

  async command(_key: CanaryKey, command: CommandRequest): Promise<CommandStatus> {
    this.#note('command', command);
    this.commands.push(command);
    return { id: '1', type: command.type, outcome: null, message: null };
  }

  async commandStatus(id: string): Promise<CommandStatus> {
    this.#note('commandStatus', id);
    return { id, type: this.commands.at(-1)!.type, outcome: 'done', message: null };
  }

  #note(call: string, about?: unknown): void {
    this.asked.push({ call, about });
    if (this.failure !== null) {
      throw this.failure;
    }
  }

  #canary(key: CanaryKey): CanaryFixture {
    const canary = this.#canaries.get(formatCanaryRef(key));
    if (canary === undefined) {
      throw new NotFoundError(`No Canary ${formatCanaryRef(key)}`);
    }
    return canary;
  }

  #clock(): ClockReading {
    return { now: this.now, speed: 1 };
  }
}

const GROUPS: Record<NonNullable<RolloutQuery['group']>, (rollout: Rollout) => boolean> = {
  running: (rollout) => ['Progressing', 'Promoting', 'Finalising'].includes(rollout.phase),
  waiting: (rollout) => rollout.gate !== null,
  failed: (rollout) => rollout.phase === 'Failed',
  promoted: (rollout) => rollout.phase === 'Succeeded',
};

function fits(rollout: Rollout, query: RolloutQuery): boolean {
  const { key, phase, owner, reason, toVersion } = rollout;
  return (
    (query.group === undefined || GROUPS[query.group](rollout)) &&
    (query.phase === undefined || query.phase.includes(phase)) &&
    (query.cluster === undefined || query.cluster.includes(key.cluster)) &&
    (query.namespace === undefined || query.namespace.includes(key.namespace)) &&
    (query.owner === undefined || query.owner.includes(owner ?? '')) &&
    (query.search === undefined || `${key.name} ${toVersion} ${reason}`.includes(query.search))
  );
}
