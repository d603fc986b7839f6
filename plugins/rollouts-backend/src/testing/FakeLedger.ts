import type {
  CanaryKey,
  DecisionRow,
  EventRow,
  PastRolloutRow,
  RolloutCounts,
  RolloutFilter,
  RolloutReader,
  RolloutRow,
} from '@aviary/engine/store';

type AddedCommand = Parameters<RolloutReader['addCommand']>[1] & { key: CanaryKey };
type CommandAnswer = { outcome: 'done' | 'superseded' | 'refused'; message: string };

/** The ledger in memory: pages by position, counts by phase, answers commands when a test does what the engine does. */
export class FakeLedger implements RolloutReader {
  readonly commands: AddedCommand[] = [];
  rows: RolloutRow[];
  decisionRows: DecisionRow[] = [];
  eventRows: EventRow[] = [];
  pastRollouts: PastRolloutRow[] = [];
  /** Thrown by everything that reads, while set. */
  failure: Error | null = null;
  readonly #answers = new Map<string, CommandAnswer>();
  readonly #listeners = new Set<(key: CanaryKey) => void>();

  constructor(rows: RolloutRow[] = []) {
    this.rows = rows;
  }

  /** What the engine answered. */
  answer(id: string, answer: CommandAnswer): void {
    this.#answers.set(id, answer);
  }

  /** What a NOTIFY of the database does. */
  ping(key: CanaryKey): void {
    this.#listeners.forEach((listener) => listener(key));
  }

  async list(filter: RolloutFilter) {
    const found = this.#matching(filter).filter(
      (row) => (!filter.phase || filter.phase.includes(row.phase)) && (!filter.search || row.key.name.includes(filter.search)),
    );
    const start = Number(filter.cursor ?? 0);
    const end = start + filter.limit;
    return {
      items: found.slice(start, end),
      next: end < found.length ? String(end) : null,
      previous: start > 0 ? String(Math.max(0, start - filter.limit)) : null,
    };
  }

  async counts(_now: number, filter: Pick<RolloutFilter, 'cluster' | 'namespace' | 'keys'> = {}): Promise<RolloutCounts> {
    const rows = this.#matching(filter);
    const distinct = (values: string[]) => [...new Set(values)].sort();
    return {
      running: rows.filter((row) => row.phase === 'Progressing').length,
      holding: 0,
      paused: rows.filter((row) => row.paused).length,
      waiting: rows.filter((row) => row.gate).length,
      oldestWaitingSince: null,
      failedDay: rows.filter((row) => row.phase === 'Failed').length,
      promotedDay: rows.filter((row) => row.phase === 'Succeeded').length,
      endedDay: 0,
      hours: Array.from({ length: 24 }, () => ({ failed: 0, promoted: 0 })),
      medianDuration: null,
      clusters: distinct(rows.map((row) => row.key.cluster)),
      namespaces: distinct(rows.map((row) => row.key.namespace)),
    };
  }

  async get(key: CanaryKey) {
    return this.#matching({ keys: [key] })[0] ?? null;
  }

  async decisions(_key: CanaryKey, options: { rolloutId?: string; limit: number; before?: number }) {
    this.#failIfAway();
    return this.decisionRows.filter((row) => row.sequence < (options.before ?? Infinity)).slice(0, options.limit);
  }

  async evidence(_key: CanaryKey, sequence: number) {
    this.#failIfAway();
    const found = this.decisionRows.some((row) => row.sequence === sequence);
    return found ? ({ situation: { now: 1 }, answers: [], decision: { kind: 'advance' } } as never) : null;
  }

  async events(_key: CanaryKey, limit: number) {
    this.#failIfAway();
    return this.eventRows.slice(0, limit);
  }

  async rollouts(_key: CanaryKey, options: { limit: number; before?: number }) {
    this.#failIfAway();
    return this.pastRollouts.filter((row) => row.startedAt < (options.before ?? Infinity)).slice(0, options.limit);
  }

  async addCommand(key: CanaryKey, command: Omit<AddedCommand, 'key'>) {
    this.#failIfAway();
    this.commands.push({ key, ...command });
  }

  async command(id: string): ReturnType<RolloutReader['command']> {
    this.#failIfAway();
    const command = this.commands.find((each) => each.id === id);
    const answer = this.#answers.get(id) ?? { outcome: null, message: null };
    return command ? { id, type: command.type, ...answer } : null;
  }

  onChange(listener: (key: CanaryKey) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close() {
    this.#listeners.clear();
  }

  #matching(filter: Pick<RolloutFilter, 'cluster' | 'namespace' | 'keys'>): RolloutRow[] {
    this.#failIfAway();
    const refOf = (key: CanaryKey) => `${key.cluster}/${key.namespace}/${key.name}`;
    const refs = filter.keys?.map(refOf);
    return this.rows.filter(
      ({ key }) =>
        (!filter.cluster || filter.cluster.includes(key.cluster)) &&
        (!filter.namespace || filter.namespace.includes(key.namespace)) &&
        (!refs || refs.includes(refOf(key))),
    );
  }

  #failIfAway(): void {
    if (this.failure) {
      throw this.failure;
    }
  }
}
