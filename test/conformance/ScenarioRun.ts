import type { RolloutRow } from '@aviary/engine/store';
import type { Receiver } from '../harness/Receiver';
import type { Stage } from '../harness/Stage';
import { seconds } from '../harness/Tempo';
import { until } from '../harness/until';
import { image, SERVICE } from './service';
import type { Setting } from './Scenario';
import { transcript, type RecordedDecision } from './transcript';

/** What a new version may do wrong; absent: nothing. */
export interface Faults {
  /** Share of requests that it answers with an error, such as `60%`. */
  errors?: string;
  neverReady?: boolean;
}

/** One scenario being played with one router: what its `when` may do. */
export class ScenarioRun {
  constructor(
    readonly setting: Setting,
    /** Where the scenario's webhooks arrive. */
    readonly hooks: Receiver,
    private readonly stage: Stage,
    private readonly kill: () => Promise<void>,
  ) {}

  /** A new version of the service. */
  async release(tag: string, faults: Faults = {}): Promise<void> {
    const annotations = {
      'sandbox.aviary.dev/errors': faults.errors ?? null,
      'sandbox.aviary.dev/never-ready': faults.neverReady ? 'true' : null,
    };
    const template = { metadata: { annotations }, spec: { containers: [{ name: SERVICE, image: image(tag) }] } };
    const patch = JSON.stringify({ spec: { template } });
    await this.stage.kubectl('patch', 'deployment', SERVICE, '-n', this.setting.namespace, '-p', patch);
  }

  /** Waits until the ledger says so. */
  waitFor(what: string, condition: (row: RolloutRow) => boolean): Promise<RolloutRow> {
    return this.stage.waitFor(this.setting.namespace, SERVICE, what, condition, this.setting.tempo.patience);
  }

  /** Waits until the rollout to `tag` has its first traffic, or its first iteration. */
  begun(tag: string): Promise<RolloutRow> {
    return this.waitFor(`${tag} has begun`, (row) => row.toVersion === tag && row.confirmed && (row.weight > 0 || row.iterations > 0));
  }

  /** Waits until a rollout to `tag` is under way. */
  noticed(tag: string): Promise<RolloutRow> {
    return this.waitFor(`${tag} is noticed`, ({ toVersion }) => toVersion === tag);
  }

  /** Lets the looks of a Canary that was given in no hurry come at the ground's interval. */
  async hurry(): Promise<void> {
    const patch = JSON.stringify({ spec: { analysis: { interval: seconds(this.setting.tempo.interval) } } });
    await this.stage.kubectl('patch', 'canary', SERVICE, '-n', this.setting.namespace, '--type=merge', '-p', patch);
  }

  /** Waits until the rollout to `tag` has ended, with everything that belongs to it. */
  ended(tag: string): Promise<RolloutRow> {
    return this.waitFor(
      `${tag} has ended`,
      (row) => row.toVersion === tag && row.endedAt !== null && row.confirmed && row.stage === 'idle',
    );
  }

  /** Ends the engine with kill -9 and starts another; only for scenarios that run alone. */
  killEngine(): Promise<void> {
    return this.kill();
  }

  /** What the ledger has about the Canary. */
  async transcript(): Promise<string[]> {
    return transcript(await this.decisions());
  }

  /** The sentence of the last decision that was told, for who looks into a difference. */
  async lastWords(): Promise<string> {
    const decisions = await this.decisions();
    return decisions.filter(({ kind }) => kind !== 'closed').at(-1)?.reason ?? 'nothing was decided';
  }

  /** The second opinion, in one line: the cluster's, which follows the ledger in a moment. */
  async remains(): Promise<string> {
    const { namespace, tempo } = this.setting;
    const { phase: decided } = await this.waitFor('is known', () => true);
    const read = async (kind: string, name: string) =>
      JSON.parse(await this.stage.kubectl('get', kind, name, '-n', namespace, '-o', 'json'));
    const look = async () => {
      const [canary, target, primary] = await Promise.all([
        read('canary', SERVICE),
        read('deployment', SERVICE),
        read('deployment', `${SERVICE}-primary`),
      ]);
      const { phase, canaryWeight } = canary.status;
      const tag = String(primary.spec.template.spec.containers[0].image).split(':').at(-1);
      return {
        isSettled: phase === decided,
        text: `cluster: ${phase} ${canaryWeight}%, primary runs ${tag}, target has ${target.spec.replicas} replicas`,
      };
    };
    const settled = await until(
      async () => {
        const { isSettled, text } = await look();
        return isSettled && text;
      },
      tempo.patience * 1_000,
      200,
    );
    return settled ?? (await look()).text;
  }

  private async decisions(): Promise<RecordedDecision[]> {
    const reader = await this.stage.reader();
    const key = { cluster: 'stage', namespace: this.setting.namespace, name: SERVICE };
    const decisions: RecordedDecision[] = [];
    for (;;) {
      const evidence = await reader.evidence(key, decisions.length + 1);
      if (evidence === null) return decisions;
      decisions.push(evidence.decision);
    }
  }
}
