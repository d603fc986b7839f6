import type { KubeObject } from '@aviary/provider-contract';
import { blankState } from '../../decision/blankState';
import type { Action } from '../../decision/Action';
import type { Desired, RolloutState } from '../../decision/RolloutState';
import type { Situation } from '../../decision/Situation';
import { templateHash } from '../../kubernetes';
import { createProviderRegistry } from '../../registry';
import { SETTINGS } from '../../testing/aSituation';
import { act } from '../actions/act';
import { ClusterWriter, type ActionContext } from '../actions/ActionContext';
import type { CanaryObjects } from '../CanaryObjects';
import { ConfigChecksums } from '../ConfigChecksums';
import { Observer } from '../Observer';
import { TestCluster } from './TestCluster';

const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];

/** One Canary, `test/podinfo` on Linkerd, in a real API server: what the engine sees of it, and its actions one by one. */
export class CanaryStage {
  readonly cluster: TestCluster;
  readonly observer: Observer;
  readonly uid: string;
  /** What the engine remembers; tests change it as a decision would. */
  state: RolloutState | null = null;
  confirmedAt: number | null = null;
  epoch = 3;
  mayWrite = true;
  /** What the ledger kept of promoted targets, by revision. */
  kept: Record<string, KubeObject> = {};

  private constructor(cluster: TestCluster, observer: Observer, uid: string) {
    this.cluster = cluster;
    this.observer = observer;
    this.uid = uid;
  }

  /** With a target of two replicas that is ready, and whatever `spec` adds to the Canary's. */
  static async set(spec: Record<string, unknown> = {}, target: KubeObject = aTarget()): Promise<CanaryStage> {
    const cluster = await TestCluster.start();
    await cluster.put('apps/deployments', target);
    const canary = await cluster.put('flagger.app/canaries', {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: {
        provider: 'linkerd',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 9898 },
        analysis: { interval: '10s', threshold: 3, stepWeight: 10, maxWeight: 50 },
        ...spec,
      },
    });
    const observer = new Observer({
      view: cluster.view,
      registry: await createProviderRegistry([]),
      configs: new ConfigChecksums(cluster.view),
      clock: cluster.clock,
      settings: {
        meshProvider: 'linkerd',
        selectorLabels: SELECTOR_LABELS,
        includeLabelPrefixes: [],
        configTracking: true,
        minInterval: 10_000,
        fieldManager: 'flagger',
        decision: SETTINGS,
      },
    });
    return new CanaryStage(cluster, observer, canary.metadata.uid!);
  }

  /** Decides on a world to make, as `judge` would. */
  decide(desired: Partial<Desired>, more: Partial<RolloutState> = {}): void {
    const before = this.state ?? blankState(this.cluster.clock.now());
    this.state = {
      ...before,
      sequence: before.sequence + 1,
      ...more,
      desired: { ...before.desired, objects: 'managed', ...desired },
    };
    this.confirmedAt = null;
  }

  /** What the engine sees now. */
  async look(): Promise<{ situation: Situation; objects: CanaryObjects }> {
    const memory = { state: this.state, confirmedAt: this.confirmedAt, polledAt: null };
    const known = { cause: 'changed' as const, memory, commands: [], epoch: this.epoch, drivenByAnother: () => null };
    const seen = await this.observer.observe({ cluster: 'east', namespace: 'test', name: 'podinfo' }, this.uid, known);
    if (!seen) throw new Error('the Canary is gone');
    return { objects: seen.objects, situation: { ...seen.situation, outcomes: [] } };
  }

  /** What an action is given, from a look that may be older than the world by the time it acts. */
  async context(): Promise<ActionContext> {
    const { situation, objects } = await this.look();
    const fence = { epoch: this.epoch, sequence: this.state?.sequence ?? 0 };
    const adopted = this.state?.adoptedFences;
    return {
      situation,
      objects,
      writer: new ClusterWriter(this.cluster.view, { mayWrite: () => this.mayWrite, direction: 'forward', fence, adopted }),
      settings: { selectorLabels: SELECTOR_LABELS, includeLabelPrefixes: [], configTracking: true },
      promotedTemplate: async (revision) => this.kept[revision] ?? null,
    };
  }

  /** Looks and acts. @throws ActionFailure */
  async act(action: DistributiveOmit<Action, 'key' | 'direction'>): Promise<void> {
    await act({ ...action, key: action.type, direction: 'forward' } as Action, await this.context());
  }

  get(resource: string, name: string): KubeObject | undefined {
    return this.cluster.store.get(resource, 'test', name);
  }

  /** Pods behind the two services, as the cluster would say; zero takes the slice away. */
  async setEndpoints(ready: { primary: number; canary: number }): Promise<void> {
    for (const [role, count] of Object.entries(ready)) {
      const service = `podinfo-${role}`;
      const endpoints = Array.from({ length: count }, (_, i) => ({ addresses: [`10.0.0.${i + 1}`], conditions: { ready: true } }));
      await this.cluster.put('discovery.k8s.io/endpointslices', {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: service, namespace: 'test', labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        endpoints,
      });
    }
  }

  /** Puts another version into the target's pod template. */
  async deploy(tag: string): Promise<void> {
    const target = structuredClone(this.get('apps/deployments', 'podinfo')!);
    target.spec.template.spec.containers[0].image = `ghcr.io/stefanprodan/podinfo:${tag}`;
    await this.cluster.put('apps/deployments', target);
  }

  /** Hash of the target's template as it is now. */
  revision(): string {
    return templateHash(this.get('apps/deployments', 'podinfo')!.spec.template);
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A Deployment of podinfo 6.0.0 with two ready pods; `podSpec` adds to its pods'. */
export function aTarget(podSpec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'podinfo', namespace: 'test', labels: { app: 'podinfo' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'podinfo' } },
      template: {
        metadata: { labels: { app: 'podinfo' } },
        spec: {
          containers: [{ name: 'podinfod', image: 'ghcr.io/stefanprodan/podinfo:6.0.0', ports: [{ name: 'http', containerPort: 9898 }] }],
          ...podSpec,
        },
      },
    },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 },
  };
}
