import type { BuiltInQueries, KubeObject, RouterAbilities, Routes } from '@aviary/provider-contract';
import { planChecks } from '../analysis/planChecks';
import { checkAbilities } from '../canary/checkAbilities';
import { parseCanary } from '../canary/parseCanary';
import type { Action } from '../decision/Action';
import { converge } from '../decision/converge';
import type { Decision } from '../decision/Decision';
import { mayPromote, mayRoute, mayScaleDown, mayScaleUp } from '../decision/guards';
import { judge } from '../decision/judge';
import type { Answer, Question, RawAnswer } from '../decision/Question';
import type { RolloutState } from '../decision/RolloutState';
import type { ActionOutcome, Command, ManagedObject, ObservedConfig, ObservedObject, Situation } from '../decision/Situation';
import { aCanary, aSituation, aWorkload, MESH, START } from './aSituation';

/** A decision with what it was made from: enough to make it again. */
export interface RecordedStep {
  situation: Situation;
  answers: Answer[];
  decision: Decision;
}

/** How a World begins and behaves. */
export interface WorldOptions {
  canary?: KubeObject;
  abilities?: RouterAbilities;
  queries?: BuiltInQueries;
  /** Milliseconds from a write until pods are ready. */
  readyAfter?: number;
  /** Answers a question; left out: every webhook says 200, every metric 99.5 or 100 ms, no gate is closed. */
  answer?: (question: Question, world: World) => RawAnswer;
}

const QUERIES: BuiltInQueries = {
  'request-success-rate': 'success{deployment="{{ target }}"}[{{ interval }}]',
  'request-duration': 'histogram_quantile(0.99, latency{deployment="{{ target }}"}[{{ interval }}])',
  durationUnit: 'milliseconds',
};

/**
 * A small world without I/O on a clock of its own: workloads that become ready late, routes, objects, endpoints and a
 * store in memory. It runs judge → record → converge → act → observe as the engine does, so that whole rollouts
 * can be tested in milliseconds.
 */
export class World {
  now = START;
  canary: KubeObject;
  readonly abilities: RouterAbilities;
  readonly history: RecordedStep[] = [];
  /** Every split that was ever written, with the time. */
  readonly splits: { at: number; routes: Routes }[] = [];
  /** Everything that went against a guard at the moment of acting; must stay empty. */
  readonly violations: string[] = [];
  target = { present: true, revision: 'rev-1', version: '6.0.0', replicas: 1, readyAt: START, broken: false, deadlineExceeded: false };
  primary = {
    present: false,
    revision: null as string | null,
    version: '',
    podId: null as string | null,
    configs: {} as Record<string, string>,
    readyAt: 0,
    /** Pods of the former template serve during the update. */
    serves: false,
    broken: false,
    deadlineExceeded: false,
  };
  configs: Record<string, ObservedConfig> = {};
  objects: Record<ManagedObject, ObservedObject> = {
    canaryService: { state: 'absent' },
    primaryService: { state: 'absent' },
    apexService: { state: 'absent' },
    primaryScaler: { state: 'unwanted' },
    finalizer: { state: 'absent' },
  };
  routes: Routes | null = null;
  state: RolloutState | null = null;
  confirmedAt: number | null = null;
  polledAt: number | null = null;
  fencesAhead: string[] = [];
  commands: Command[] = [];
  outcomes: ActionOutcome[] = [];
  cause: Situation['cause'] = 'changed';
  /** Actions that the cluster refuses, by the start of their key. */
  refused: string[] = [];
  drivenByAnother: string | null = null;
  readyAfter: number;
  #answer: (question: Question, world: World) => RawAnswer;
  #queries: BuiltInQueries;
  #draws = 0;
  #wakeAt: number | null = null;

  constructor(options: WorldOptions = {}) {
    this.canary = options.canary ?? aCanary();
    this.abilities = options.abilities ?? MESH;
    this.readyAfter = options.readyAfter ?? 3_000;
    this.#answer = options.answer ?? goodAnswer;
    this.#queries = options.queries ?? QUERIES;
  }

  /** What the engine would see now. */
  observe(): Situation {
    const { canary, problems } = parseCanary(this.canary, { minInterval: 10_000 });
    const checks = planChecks(canary, {
      provider: 'linkerd',
      queries: this.#queries,
      defaultSource: 'Prometheus',
      template: (name) => ({ field: 'templateRef', message: `MetricTemplate ${name} does not exist.`, kind: 'misconfigured' }),
    });
    const targetReady = this.target.present && this.target.replicas > 0 && !this.target.broken && this.now >= this.target.readyAt;
    const primaryReady = this.primary.present && !this.primary.broken && this.now >= this.primary.readyAt;
    const notReady = (ready: boolean) =>
      ready ? '' : 'waiting for rollout to finish: 0 of 1 (readyThreshold 100%) updated replicas are available';
    return aSituation({
      now: this.now,
      cause: this.cause,
      canary: { ...canary, drivenByAnother: this.drivenByAnother },
      problems: [...problems, ...checkAbilities(canary.spec, this.abilities, 'linkerd')],
      state: this.state,
      confirmedAt: this.confirmedAt,
      polledAt: this.polledAt,
      fencesAhead: this.fencesAhead.filter((fence) => !this.state?.adoptedFences.includes(fence)),
      target: aWorkload({
        present: this.target.present,
        revision: this.target.present ? this.target.revision : null,
        version: this.target.version,
        replicas: this.target.replicas,
        ready: this.target.replicas === 0 || targetReady,
        notReadyReason: notReady(this.target.replicas === 0 || targetReady),
        deadlineExceeded: this.target.deadlineExceeded,
        available: targetReady ? 1 : 0,
      }),
      primary: aWorkload({
        present: this.primary.present,
        revision: this.primary.revision,
        version: this.primary.version,
        replicas: this.primary.present ? 1 : 0,
        ready: primaryReady,
        notReadyReason: notReady(primaryReady),
        deadlineExceeded: this.primary.deadlineExceeded,
        podId: this.primary.podId,
        configs: this.primary.configs,
      }),
      endpoints: { primary: primaryReady || (this.primary.present && this.primary.serves) ? 1 : 0, canary: targetReady ? 1 : 0 },
      configs: structuredClone(this.configs),
      objects: structuredClone(this.objects),
      routes:
        this.routes === null ? { state: 'absent' } : { state: 'seen', routes: { ...this.routes }, intact: true, fence: null, by: null },
      abilities: this.abilities,
      checks,
      hooks: canary.spec.analysis.webhooks.map((_, index) => ({ index, error: null })),
      commands: [...this.commands],
      outcomes: structuredClone(this.outcomes),
      draws: { rolloutId: `rollout-${this.#draws + 1}`, podId: `pod-${this.#draws + 1}` },
    });
  }

  /** Judges, records and acts until there is nothing left to do at this moment. */
  settle(): void {
    for (let round = 0; round < 200; round += 1) {
      const isQuiet = !this.decideOnce() && !this.actOnce();
      if (isQuiet) {
        return;
      }
    }
    throw new Error(`The world does not come to rest: ${this.history.slice(-3).map(({ decision }) => decision.reason)}`);
  }

  /** One call of judge with all its questions; true when it decided. */
  decideOnce(): boolean {
    const situation = this.observe();
    const answers: Answer[] = [];
    for (let round = 0; round < 50; round += 1) {
      const judgement = judge(situation, answers);
      if (judgement.kind !== 'ask' && answers.length > 0) {
        this.polledAt = this.now;
      }
      if (judgement.kind === 'idle') {
        this.#wakeAt = judgement.wakeAt;
        return false;
      }
      if (judgement.kind === 'decide') {
        this.#record({ situation, answers, decision: judgement.decision });
        return true;
      }
      for (const question of judgement.questions) {
        if (answers.some(({ id }) => id === question.id)) {
          this.violations.push(`asked ${question.id} twice`);
        }
        answers.push({ id: question.id, result: this.#answer(question, this), at: this.now, took: 5 });
      }
    }
    throw new Error('judge does not stop asking');
  }

  #record(step: RecordedStep): void {
    this.history.push(structuredClone(step));
    this.state = step.decision.state;
    this.confirmedAt = null;
    this.outcomes = [];
    this.#draws += 1;
    this.commands = this.commands.filter(({ id }) => !step.decision.answers.some((answer) => answer.commandId === id));
    this.canary = { ...this.canary, status: { phase: step.decision.state.phase } };
  }

  /** One group of actions; true when something was done or newly confirmed. */
  actOnce(): boolean {
    if (this.state === null) {
      return false;
    }
    const { actions, confirmed } = converge(this.state.desired, this.observe());
    if (confirmed) {
      const isNew = this.confirmedAt === null;
      this.confirmedAt ??= this.now;
      return isNew;
    }
    let done = false;
    for (const action of actions) {
      done = this.#act(action) || done;
    }
    return done;
  }

  #act(action: Action): boolean {
    if (this.refused.some((start) => action.key.startsWith(start))) {
      const known = this.outcomes.find(({ key }) => key === action.key);
      if (known) {
        known.attempts += 1;
        return false;
      }
      const message = `admission webhook denied ${action.key}`;
      this.outcomes.push({
        key: action.key,
        result: 'failed',
        kind: 'refused',
        message,
        attempts: 1,
        since: this.now,
        direction: action.direction,
      });
      return true;
    }
    this.outcomes = this.outcomes.filter(({ key }) => key !== action.key);
    this.#checkGuards(action);
    switch (action.type) {
      case 'ensure':
        this.objects[action.object] = { state: 'matching' };
        return true;
      case 'createPrimary':
      case 'promote':
        this.primary = {
          ...this.primary,
          present: true,
          serves: this.primary.present && (this.primary.serves || this.observe().endpoints.primary > 0),
          revision: action.revision,
          version: action.revision === this.target.revision ? this.target.version : (this.state?.promoted?.version ?? ''),
          podId: action.podId,
          configs: this.state?.desired.primary?.configs ?? {},
          readyAt: this.now + this.readyAfter,
        };
        return true;
      case 'setRoutes':
        this.routes = { ...action.routes };
        this.splits.push({ at: this.now, routes: { ...action.routes } });
        return true;
      case 'scaleUp':
        this.target.replicas = 1;
        this.target.readyAt = this.now + this.readyAfter;
        return true;
      case 'scaleToZero':
        this.target.replicas = 0;
        return true;
      case 'addFinalizer':
        this.objects.finalizer = { state: 'matching' };
        return true;
      case 'removeFinalizer':
        this.objects.finalizer = { state: 'absent' };
        return true;
      case 'restore':
        if (action.object === 'apexService') {
          this.objects.apexService = { state: 'unwanted' };
        }
        return true;
      default:
        return false;
    }
  }

  /** The guards, looked at from outside: an action that `converge` offers must be allowed at that moment. */
  #checkGuards(action: Action): void {
    const situation = this.observe();
    const verdict =
      action.type === 'setRoutes'
        ? mayRoute(action.routes, situation)
        : action.type === 'scaleToZero'
          ? mayScaleDown(situation)
          : action.type === 'scaleUp'
            ? mayScaleUp(situation)
            : action.type === 'promote'
              ? mayPromote({ revision: action.revision, configs: this.state!.desired.primary!.configs }, situation)
              : { allowed: true as const };
    if (!verdict.allowed) {
      this.violations.push(`${action.key}: ${verdict.why}`);
    }
  }

  /** When something happens by itself next: judge's own time, or pods that become ready. */
  nextEvent(): number | null {
    const times = [this.#wakeAt, this.target.readyAt, this.primary.readyAt].filter(
      (time): time is number => time !== null && time > this.now,
    );
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Lets time pass until the predicate holds at rest. @throws when it does not within `limit` milliseconds. */
  runUntil(predicate: (world: World) => boolean, limit = 3_600_000): void {
    const end = this.now + limit;
    for (;;) {
      this.settle();
      if (predicate(this)) {
        return;
      }
      const next = this.nextEvent();
      if (next === null || next > end) {
        throw new Error(`Nothing more happens at ${this.state?.phase}/${this.state?.stage}: ${this.history.at(-1)?.decision.reason}`);
      }
      this.now = next;
    }
  }

  /** Lets so many milliseconds pass, with everything that happens in them. */
  runFor(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      this.settle();
      const next = this.nextEvent();
      if (next === null || next > end) {
        this.now = end;
        this.settle();
        return;
      }
      this.now = next;
    }
  }

  /** Runs until the Canary is initialised and at rest. */
  initialise(): this {
    this.runUntil((world) => world.phase === 'Initialized');
    return this;
  }

  /** Puts another version into the target's template. */
  deploy(version: string): void {
    const revision = `rev-${version}`;
    this.target = { ...this.target, revision: version === '6.0.0' ? 'rev-1' : revision, version, broken: false, deadlineExceeded: false };
    if (this.target.replicas > 0) {
      this.target.readyAt = this.now + this.readyAfter;
    }
  }

  /** What a person does in the portal, about the rollout at hand. */
  command(type: Command['type'], more: Partial<Command> = {}): void {
    const { rollout } = this.state ?? {};
    this.commands.push({
      id: `command-${this.history.length}-${this.commands.length}`,
      type,
      rolloutId: rollout?.id ?? null,
      revision: null,
      gate: null,
      by: 'payments',
      why: '',
      at: this.now,
      ...more,
    });
  }

  get phase(): string {
    return this.state?.phase ?? '';
  }

  get stage(): string {
    return this.state?.stage ?? '';
  }

  /** Texts of all events since the step at `from`. */
  events(from = 0): string[] {
    return this.history.slice(from).flatMap(({ decision }) => decision.events.map(({ message }) => message));
  }

  /** Decided weights of the canary, without repetitions. */
  weights(from = 0): number[] {
    const weights = this.history.slice(from).map(({ decision }) => decision.state.desired.routes.canary);
    return weights.filter((weight, i) => i === 0 || weight !== weights[i - 1]);
  }
}

function goodAnswer(question: Question): RawAnswer {
  if (question.kind === 'webhook') {
    // A rollback hook says yes by answering 200.
    return { kind: 'http', status: question.type === 'rollback' ? 403 : 200, excerpt: '' };
  }
  return { kind: 'number', value: question.kind === 'metric' && question.index === 1 ? 100 : 99.5 };
}
