import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Phase } from '../canary/Canary';

/** One decided step of a Canary, as the metrics need it. */
export interface DecidedStep {
  namespace: string;
  canary: string;
  target: string;
  phase: Phase;
  strategy: string;
  /** Decided weight of the canary, percent. */
  weight: number;
  /** Values judged in this step. Success rates in percent, durations in milliseconds. */
  values: { metric: string; value: number }[];
  /** Set when the rollout ended with this decision. */
  ended: 'succeeded' | 'failed' | null;
  skipped: boolean;
  /** Milliseconds that the engine took from looking to having recorded. */
  took: number;
}

/**
 * Prometheus metrics of one engine: Flagger's names and labels (facts §9.1), so that dashboards and alerts go on
 * working, and `aviary_*` for what Flagger has no name for. Series of deleted Canaries are removed.
 */
export class EngineMetrics {
  readonly registry = new Registry();
  readonly #info = this.#gauge('flagger_info', 'Version and default router of the engine', ['version', 'mesh_provider']);
  readonly #status = this.#gauge('flagger_canary_status', 'Last state of a canary: 0 running, 1 successful, 2 failed', [
    'name',
    'namespace',
  ]);
  readonly #weight = this.#gauge('flagger_canary_weight', 'Weight in percent', ['workload', 'namespace']);
  readonly #analysis = this.#gauge('flagger_canary_metric_analysis', 'Last value of a metric check', ['name', 'namespace', 'metric']);
  readonly #duration = new Histogram({
    name: 'flagger_canary_duration_seconds',
    help: 'Seconds that one look took',
    labelNames: ['name', 'namespace'],
    registers: [this.registry],
  });
  readonly #successes = this.#counter('flagger_canary_successes_total', 'Rollouts that were promoted');
  readonly #failures = this.#counter('flagger_canary_failures_total', 'Rollouts that were rolled back');

  /** Metrics with a last value, by `namespace/target`. */
  readonly #judged = new Map<string, Set<string>>();

  constructor(options: { version: string; meshProvider: string }) {
    this.#info.set({ version: options.version, mesh_provider: options.meshProvider }, 1);
  }

  /** A figure that is read when somebody asks: lease, requests, watches. */
  observe(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** How many Canaries this engine answers for, by namespace, read when somebody asks. */
  observeCanaries(read: () => ReadonlyMap<string, number>): void {
    new Gauge({
      name: 'flagger_canary_total',
      help: 'Canaries per namespace',
      labelNames: ['namespace'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [namespace, count] of read()) this.set({ namespace }, count);
      },
    });
  }

  /** Where a Canary stands: by the last decision, whoever made it. */
  stands({ namespace, target, phase, weight }: Pick<DecidedStep, 'namespace' | 'target' | 'phase' | 'weight'>): void {
    this.#status.set({ name: target, namespace }, phase === 'Failed' ? 2 : phase === 'Progressing' ? 0 : 1);
    this.#weight.set({ workload: target, namespace }, weight);
    this.#weight.set({ workload: `${target}-primary`, namespace }, 100 - weight);
  }

  decided(step: DecidedStep): void {
    const at = { name: step.target, namespace: step.namespace };
    this.stands(step);
    for (const { metric, value } of step.values) {
      // Flagger keeps durations in seconds here.
      this.#analysis.set({ ...at, metric }, metric === 'request-duration' ? value / 1000 : value);
    }
    const known = this.#judged.get(`${step.namespace}/${step.target}`);
    this.#judged.set(`${step.namespace}/${step.target}`, new Set([...(known ?? []), ...step.values.map(({ metric }) => metric)]));
    this.#duration.observe(at, step.took / 1000);
    if (step.ended === null) return;
    const labels = { ...at, deployment_strategy: step.strategy, analysis_status: step.skipped ? 'skipped' : 'completed' };
    (step.ended === 'succeeded' ? this.#successes : this.#failures).inc(labels);
  }

  /** The Canary is gone, or another engine's. */
  forget(namespace: string, target: string): void {
    const at = { name: target, namespace };
    this.#status.remove(at);
    for (const metric of this.#judged.get(`${namespace}/${target}`) ?? []) this.#analysis.remove({ ...at, metric });
    this.#judged.delete(`${namespace}/${target}`);
    for (const workload of [target, `${target}-primary`]) this.#weight.remove({ workload, namespace });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #counter(name: string, help: string) {
    return new Counter({
      name,
      help,
      labelNames: ['name', 'namespace', 'deployment_strategy', 'analysis_status'],
      registers: [this.registry],
    });
  }
}
