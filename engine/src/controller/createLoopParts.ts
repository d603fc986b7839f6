import type { KubeObject } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import { planOf } from '../canary/planOf';
import { strategyOf } from '../canary/strategyOf';
import { alertFields } from '../decision/alertFields';
import type { Action } from '../decision/Action';
import { converge } from '../decision/converge';
import type { Decision } from '../decision/Decision';
import { judge } from '../decision/judge';
import type { Answer } from '../decision/Question';
import type { RolloutState } from '../decision/RolloutState';
import type { Command, Situation } from '../decision/Situation';
import { statusOf } from '../decision/statusOf';
import { eventPayload } from '../decision/webhookPayload';
import { shardOf } from '../store/shardOf';
import type { CanaryKey, CanarySummary, Delivery, DecisionToRecord, Lease, RolloutStore } from '../store/RolloutStore';
import type { EngineMetrics } from '../telemetry/EngineMetrics';
import type { Logger } from '../telemetry/Logger';
import { act } from './actions/act';
import { ClusterWriter, rankOf, type ActionContext } from './actions/ActionContext';
import { fenceObjects } from './actions/fenceObjects';
import type { Asker } from './Asker';
import type { LoopParts } from './CanaryLoop';
import type { CanaryObjects } from './CanaryObjects';
import type { ClusterView } from './ClusterView';
import type { DeliveryWorker } from './DeliveryWorker';
import type { EventRecorder } from './EventRecorder';
import type { Observer } from './Observer';
import type { ShardKeeper } from './ShardKeeper';
import { StatusReporter } from './StatusReporter';

/** What the controller knows of one Canary from elsewhere. */
export interface CanaryHooks {
  /** Unanswered commands, oldest first. */
  commands(): Command[];
  /** What the last look read: changes of these cause the next. */
  dependsOn(objects: ReadonlySet<string>): void;
  /** The Canary is gone; its loop can go too. */
  gone(): void;
}

/** Ties the parts of the way through the house to one Canary. */
export function createLoopParts(options: {
  key: CanaryKey;
  uid: string;
  hooks: CanaryHooks;
  view: ClusterView;
  inSight: () => boolean;
  store: RolloutStore;
  shards: ShardKeeper;
  observer: Observer;
  asker: Asker;
  events: EventRecorder;
  deliveries: DeliveryWorker;
  metrics: EngineMetrics;
  clock: Clock;
  logger: Logger;
}): LoopParts {
  const { key, uid, hooks, view, inSight, store, shards, observer, asker, events, deliveries, metrics, logger } = options;
  const status = new StatusReporter(view);
  const shard = shardOf(uid);
  let objects: CanaryObjects | null = null;
  let lookedAt = 0;
  /** The target under whose name there are metrics. */
  let metered: string | null = null;
  /** What is read again from time to time lags behind: a command that a decision has answered is not put to the next one. */
  const answered = new Set<string>();

  function context(situation: Situation, lease: Lease, direction: Action['direction']): ActionContext {
    const fence = { epoch: lease.epoch, sequence: situation.state?.sequence ?? 0 };
    return {
      objects: objects!,
      situation,
      writer: new ClusterWriter(view, {
        mayWrite: () => shards.mayWrite(lease),
        direction,
        fence,
        adopted: situation.state?.adoptedFences,
      }),
      settings: observer.settings,
      promotedTemplate: async (revision) => (await store.promotedTemplate(key, revision)) as KubeObject | null,
    };
  }

  function leave(): void {
    if (metered !== null) metrics.forget(key.namespace, metered);
    metered = null;
  }

  async function record(lease: Lease, situation: Situation, answers: Answer[], decision: Decision): Promise<boolean> {
    const entry: DecisionToRecord = {
      key,
      uid,
      at: situation.now,
      situation,
      answers,
      decision,
      summary: summaryOf(situation, objects!),
      deliveries: deliveriesOf(situation, decision),
      promotedTemplate: promotedTemplateOf(situation, decision, objects!),
    };
    if ((await store.record(lease, entry)) === 'fenced') return false;
    for (const { commandId } of decision.answers) answered.add(commandId);
    // What another engine wrote counts from now on, on a person's word.
    if (decision.kind === 'import') status.forget();
    metrics.decided(decidedStep(situation, decision, performance.now() - lookedAt));
    metered = situation.canary.spec.targetRef.name;
    logger.info(decision.reason, { decision: decision.kind, sequence: decision.state.sequence, phase: decision.state.phase });
    for (const [index, event] of decision.events.entries()) {
      events.record(objects!.raw, event, `${decision.state.sequence.toString(16)}.${index}.${uid.slice(0, 8)}`);
    }
    if (entry.deliveries.length > 0) deliveries.hint();
    return true;
  }

  return {
    lease: () => shards.lease(shard),
    inSight,
    async load() {
      status.forget();
      const found = await store.load(key);
      if (found?.uid !== uid) return null;
      // Who has just started, or taken over, shows idle Canaries too, not only those it decides about.
      const target: string | undefined = view.get('canaries', key.namespace, key.name)?.spec?.targetRef?.name;
      if (target !== undefined && shards.lease(shard)) {
        metrics.stands({ namespace: key.namespace, target, phase: found.state.phase, weight: shownWeight(found.state) });
        metered = target;
      }
      return found;
    },
    async observe(cause, memory, { epoch }) {
      lookedAt = performance.now();
      const commands = hooks.commands().filter(({ id }) => !answered.has(id));
      const drivenByAnother = (raw: KubeObject) => status.drivenByAnother(raw);
      const seen = await observer.observe(key, uid, { cause, memory, commands, epoch, drivenByAnother });
      objects = seen?.objects ?? null;
      if (seen) hooks.dependsOn(seen.objects.dependencies);
      return seen?.situation ?? null;
    },
    judge,
    ask: (questions, situation) => asker.ask(questions, situation),
    record,
    converge: (situation) =>
      situation.state
        ? converge(situation.state.desired, situation)
        : { actions: [], confirmed: false, waiting: 'nothing has been decided yet' },
    act: (action, situation, lease) => act(action, context(situation, lease, action.direction)),
    fence: (situation, lease) => fenceObjects(context(situation, lease, 'backward')),
    whenRoom: (direction, ready) => view.client.whenRoom(rankOf(direction), ready),
    confirm: async (lease, sequence, confirmedAt, dueAt) => (await store.confirm(lease, key, sequence, confirmedAt, dueAt)) === 'recorded',
    async report(situation, convergence, lease) {
      if (!situation.state) return;
      const driven = situation.canary.drivenByAnother !== null;
      const wanted = { ...statusOf(situation.state, situation, convergence) };
      await status.report(objects!.raw, wanted, { mayWrite: shards.mayWrite(lease), driven });
    },
    async forget(lease) {
      // Another Canary may have the name by now, and takes it over in the ledger with its first decision.
      if (!view.get('canaries', key.namespace, key.name)) await store.forget(lease, key, options.clock.now());
      leave();
      hooks.gone();
    },
    leave,
  };
}

function summaryOf({ canary, checks, abilities }: Situation, { router, names }: CanaryObjects): CanarySummary {
  const { spec } = canary;
  return {
    strategy: strategyOf(spec, abilities),
    provider: router?.id ?? spec.provider ?? '',
    target: `${spec.targetRef.kind}/${names.target}`,
    plan: planOf(spec, abilities) as CanarySummary['plan'],
    interval: spec.analysis.interval,
    threshold: spec.analysis.threshold,
    checks: checks.map(({ index, name, unit, source }) => {
      const { min = null, max = null } = spec.analysis.metrics[index];
      return { name, unit, min, max, source };
    }),
  };
}

/** Alerts go to the Canary's providers by severity; events to its event webhooks. */
function deliveriesOf(situation: Situation, decision: Decision): Delivery[] {
  const { canary } = situation;
  const { alerts, webhooks } = canary.spec.analysis;
  const rank = { info: 0, warn: 1, error: 2 };
  const deliveries: Omit<Delivery, 'id'>[] = [];
  for (const event of decision.events) {
    for (const [webhookIndex, hook] of webhooks.entries()) {
      if (hook.type !== 'event') continue;
      const { url, timeout, retries, disableTLS } = hook;
      const payload = { url, timeout, retries, disableTLS, body: eventPayload(situation, decision, event, hook) };
      deliveries.push({ kind: 'eventWebhook', target: { webhookIndex }, payload });
    }
  }
  for (const alert of decision.alerts) {
    const payload = {
      severity: alert.severity,
      message: alert.message,
      fields: alert.withMetadata ? alertFields(canary.spec, canary.namespace) : [],
    };
    for (const { severity, providerRef } of alerts) {
      if (rank[alert.severity] < rank[severity]) continue;
      const alertProvider = { namespace: providerRef.namespace ?? canary.namespace, name: providerRef.name };
      deliveries.push({ kind: 'alert', target: { alertProvider }, payload });
    }
  }
  return deliveries.map((delivery, index) => ({ ...delivery, id: `${canary.uid}.${decision.state.sequence}.${index}` }));
}

/** What a vanished primary would be made from: kept with the decision that promotes it. */
function promotedTemplateOf(situation: Situation, decision: Decision, { target }: CanaryObjects): DecisionToRecord['promotedTemplate'] {
  const wanted = decision.state.desired.primary;
  if (!wanted || !target || wanted.podId === situation.state?.desired.primary?.podId || situation.target.revision !== wanted.revision)
    return undefined;
  const { name, namespace, labels, annotations } = target.metadata;
  const kept = { apiVersion: target.apiVersion, kind: target.kind, metadata: { name, namespace, labels, annotations }, spec: target.spec };
  return { revision: wanted.revision, target: kept };
}

function decidedStep(
  { canary, abilities }: Situation,
  { kind, state, checks }: Decision,
  took: number,
): Parameters<EngineMetrics['decided']>[0] {
  const { rollout, phase } = state;
  return {
    namespace: canary.namespace,
    canary: canary.name,
    target: canary.spec.targetRef.name,
    phase,
    strategy: strategyOf(canary.spec, abilities),
    weight: shownWeight(state),
    values: checks.flatMap(({ name, value }) => (value === null ? [] : [{ metric: name, value }])),
    ended: kind === 'succeed' ? 'succeeded' : kind === 'fail' ? 'failed' : null,
    skipped: rollout?.skipped ?? false,
    took,
  };
}

/** Decided weight of the canary, in percent. */
function shownWeight({ rollout }: RolloutState): number {
  return rollout?.endedAt === null ? rollout.weight : 0;
}
