import { randomUUID } from 'node:crypto';
import { isProviderError, type KubeObject, type RouterProvider, type Routes } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import { planChecks } from '../analysis/planChecks';
import type { Problem } from '../canary/Canary';
import { checkAbilities } from '../canary/checkAbilities';
import { parseCanary } from '../canary/parseCanary';
import { sameRoutes } from '../decision/converge';
import type { Command, ObservedCheck, Settings, Situation } from '../decision/Situation';
import { resourceTypeOf, resourceTypes, type ResourceType } from '../kubernetes';
import { BUILT_IN_QUERY_SOURCE } from '../registry/builtInProviders';
import type { ProviderRegistry } from '../registry/ProviderRegistry';
import type { CanaryKey } from '../store/RolloutStore';
import { readCanaryObjects, type CanaryObjects } from './CanaryObjects';
import type { Memory } from './CanaryLoop';
import type { ClusterView } from './ClusterView';
import type { ConfigChecksums } from './ConfigChecksums';
import { lastWriter } from './lastWriter';
import type { Cause } from './PassQueue';
import { observeFences } from './observeFences';
import { observeObjects } from './observeObjects';
import { observeRoutes } from './observeRoutes';
import { observeEndpoints, observeWorkload } from './observeWorkload';

/** Settings of the engine that shape what is seen. */
export interface ObserverSettings {
  /** Router of Canaries that name none. */
  meshProvider: string;
  selectorLabels: readonly string[];
  includeLabelPrefixes: readonly string[];
  configTracking: boolean;
  /** Milliseconds. */
  minInterval: number;
  /** The field manager of our own writes. */
  fieldManager: string;
  decision: Settings;
}

/** One look at the world: what decisions are made from, and the raw objects that actions start from. */
export interface Observation {
  /** All but the outcomes of actions, which the loop knows. */
  situation: Omit<Situation, 'outcomes'>;
  objects: CanaryObjects;
}

const NO_ABILITIES = { weights: false, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false };

/** Gathers Situations from the watch cache. */
export class Observer {
  readonly #view: ClusterView;
  readonly #registry: ProviderRegistry;
  readonly #configs: ConfigChecksums;
  readonly #clock: Clock;
  readonly settings: ObserverSettings;

  constructor(options: {
    view: ClusterView;
    registry: ProviderRegistry;
    configs: ConfigChecksums;
    clock: Clock;
    settings: ObserverSettings;
  }) {
    this.#view = options.view;
    this.#registry = options.registry;
    this.#configs = options.configs;
    this.#clock = options.clock;
    this.settings = options.settings;
  }

  /** The Canary's objects as they are now; null when it is gone or another one has its name. */
  async read(key: CanaryKey, uid: string): Promise<{ objects: CanaryObjects; problems: Problem[] } | null> {
    const raw = this.#view.get('canaries', key.namespace, key.name);
    if (!raw || raw.metadata.uid !== uid) return null;
    const { canary, problems } = parseCanary(raw, { minInterval: this.settings.minInterval });
    const router = this.#router(canary.spec.provider, problems);
    const objects = await readCanaryObjects(this.#view, { raw, canary }, router, this.settings);
    if (router) problems.push(...checkAbilities(canary.spec, router.abilities, router.id));
    return { objects, problems: [...problems, ...objects.problems] };
  }

  /** Null when the Canary is gone. */
  async observe(
    key: CanaryKey,
    uid: string,
    known: { cause: Cause; memory: Memory; commands: Command[]; epoch: number; drivenByAnother: (raw: KubeObject) => string | null },
  ): Promise<Observation | null> {
    const found = await this.read(key, uid);
    if (!found) return null;
    const { objects } = found;
    const { canary, router } = objects;
    const configs = await this.#configs.of(canary.namespace, objects.configRefs);
    const checks = this.#checks(objects, router);
    const { state, confirmedAt, polledAt } = known.memory;
    // In mid-rollout a check that cannot be asked has a policy of its own (engine rules §4); before, nothing should begin.
    const isRunning = state?.rollout?.endedAt === null;
    // What the spec itself has wrong is told first: most of it makes checks that cannot be asked too.
    const unaskable = isRunning || found.problems.length > 0 ? [] : checks.flatMap(({ error }) => error ?? []);
    const situation: Observation['situation'] = {
      now: this.#clock.now(),
      cause: known.cause,
      canary: {
        ...canary,
        drivenByAnother: known.drivenByAnother(objects.raw),
      },
      problems: [...found.problems, ...unaskable],
      state,
      confirmedAt,
      polledAt,
      fencesAhead: observeFences(objects, state, known.epoch),
      target: observeWorkload(objects.target, 'target', canary.spec.analysis.canaryReadyThreshold, objects),
      primary: observeWorkload(objects.primary, 'primary', canary.spec.analysis.primaryReadyThreshold, objects),
      endpoints: observeEndpoints(this.#view, objects),
      configs,
      objects: observeObjects(objects),
      targetScaler: observeTargetScaler(objects),
      routes: observeRoutes(objects),
      abilities: router?.abilities ?? NO_ABILITIES,
      checks,
      hooks: canary.spec.analysis.webhooks.map((_, index) => ({ index, error: null })),
      commands: known.commands,
      draws: { rolloutId: randomUUID(), podId: randomUUID() },
      settings: this.settings.decision,
    };
    // After it was right, what differs was changed by somebody: people want to know by whom (R8).
    const isDrift = confirmedAt !== null && state?.desired.objects === 'managed';
    return { situation: isDrift ? await this.#withWriters(situation, state.desired.routes, objects) : situation, objects };
  }

  async #withWriters<T extends Pick<Situation, 'objects' | 'routes' | 'abilities'>>(
    situation: T,
    decided: Routes,
    { services, routes, routeRefs }: CanaryObjects,
  ): Promise<T> {
    const named = { ...situation.objects };
    for (const role of ['apex', 'primary', 'canary'] as const) {
      const seen = named[`${role}Service`];
      if (seen.state === 'differs') named[`${role}Service`] = { ...seen, by: await this.#writer(resourceTypes.service, services[role]) };
    }
    const seen = situation.routes;
    const isRight = seen.state !== 'seen' || !situation.abilities.weights || (seen.intact && sameRoutes(seen.routes, decided));
    if (isRight) return { ...situation, objects: named };
    const by = routeRefs.length === 0 ? null : await this.#writer(resourceTypeOf(routeRefs[0]), routes[0]);
    return { ...situation, objects: named, routes: { ...seen, by } };
  }

  async #writer(resource: ResourceType, object: KubeObject | undefined): Promise<string | null> {
    return object ? lastWriter(this.#view, resource, object, this.settings.fieldManager) : null;
  }

  #router(id: string | undefined, problems: Problem[]): RouterProvider | null {
    try {
      return this.#registry.router(id ?? this.settings.meshProvider);
    } catch (error) {
      if (!isProviderError(error)) throw error;
      problems.push({ field: 'spec.provider', message: error.message, kind: 'misconfigured' });
      return null;
    }
  }

  #checks({ canary, raw }: CanaryObjects, router: RouterProvider | null): ObservedCheck[] {
    return planChecks(canary, {
      provider: router?.id ?? canary.spec.provider ?? this.settings.meshProvider,
      queries: router?.queries ?? null,
      defaultSource: this.#registry.metric(BUILT_IN_QUERY_SOURCE).displayName,
      ingress: raw.spec?.ingressRef?.name,
      route: raw.spec?.routeRef?.name,
      template: (name, namespace) => this.#template(name, namespace),
    });
  }

  #template(name: string, namespace: string): { query: string; source: string } | Problem {
    const template = this.#view.get('metricTemplates', namespace, name);
    const field = 'spec.analysis.metrics';
    if (!template) {
      return {
        field,
        message: `MetricTemplate ${namespace}/${name} does not exist; create it or correct templateRef`,
        kind: 'misconfigured',
      };
    }
    try {
      const definition = this.#registry.metric(template.spec?.provider?.type);
      return { query: template.spec?.query ?? '', source: definition.displayName };
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return { field, message: error.message, kind: 'misconfigured' };
    }
  }
}

function observeTargetScaler({ canary, targetScaler }: CanaryObjects): Situation['targetScaler'] {
  if (!canary.spec.autoscalerRef) return null;
  return { present: targetScaler !== undefined, paused: false, minReplicas: targetScaler?.spec?.minReplicas ?? null };
}
