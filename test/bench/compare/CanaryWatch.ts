import type { KubeObject } from '@aviary/sandbox';
import { until } from '../../harness/until';
import type { KubeApi } from './KubeApi';

/** What is asked for again and again while waiting. */
const EVERY = 100;

/** What is known of one Canary. Moments are those of `performance.now()` at which this process heard of them. */
interface Seen {
  phase: string;
  weight: number;
  /** When the event "New revision detected", or the phase that follows it, arrived. */
  noticedAt?: number;
  /** When the route last began to send everything to the primary. */
  primaryAloneAt?: number;
}

/** Watches from outside, as a user would, what happens to the Canaries of a namespace. */
export class CanaryWatch {
  readonly #seen = new Map<string, Seen>();
  #steps = 0;

  constructor(api: KubeApi, namespace: string) {
    const inNamespace = (group: string, kind: string) => `${group}/namespaces/${namespace}/${kind}`;
    api.watch(inNamespace('/apis/flagger.app/v1beta1', 'canaries'), ({ object }) => this.#canary(object));
    api.watch(inNamespace('/apis/split.smi-spec.io/v1alpha1', 'trafficsplits'), ({ object }) => this.#split(object));
    api.watch(`${inNamespace('/api/v1', 'events')}?fieldSelector=involvedObject.kind%3DCanary`, ({ object }) => this.#event(object));
  }

  /** How many times a Canary's weight has gone up since the watch began. */
  get steps(): number {
    return this.#steps;
  }

  /** What is known of a Canary now. */
  of(name: string): Readonly<Seen> {
    return this.#known(name);
  }

  /** Waits until all of them satisfy the condition. @throws Error that names how many do not after `seconds` */
  async waitFor(names: readonly string[], what: string, condition: (seen: Readonly<Seen>) => boolean, seconds: number): Promise<void> {
    const missing = () => names.filter((name) => !condition(this.of(name)));
    if (await until(() => missing().length === 0, seconds * 1_000, EVERY)) return;
    const [first] = missing();
    throw new Error(
      `after ${seconds} s ${missing().length} of ${names.length} Canaries are not ${what}; ${first} is ${JSON.stringify(this.of(first))}`,
    );
  }

  #canary({ metadata, status }: KubeObject): void {
    const seen = this.#known(metadata.name);
    const weight = Number(status?.canaryWeight ?? 0);
    if (weight > seen.weight) this.#steps += 1;
    seen.weight = weight;
    seen.phase = String(status?.phase ?? '');
    if (seen.phase === 'Progressing') seen.noticedAt ??= performance.now();
  }

  #event({ involvedObject, message }: KubeObject): void {
    if (String(message).startsWith('New revision detected')) this.#known(involvedObject.name).noticedAt ??= performance.now();
  }

  #split({ metadata, spec }: KubeObject): void {
    const seen = this.#known(metadata.name);
    const weightOf = (suffix: string) =>
      Number(spec.backends.find(({ service }: { service: string }) => service.endsWith(suffix))?.weight ?? 0);
    const alone = weightOf('-primary') > 0 && weightOf('-canary') === 0;
    if (!alone) seen.primaryAloneAt = undefined;
    else seen.primaryAloneAt ??= performance.now();
  }

  #known(name: string): Seen {
    const seen = this.#seen.get(name) ?? { phase: '', weight: 0 };
    this.#seen.set(name, seen);
    return seen;
  }
}
