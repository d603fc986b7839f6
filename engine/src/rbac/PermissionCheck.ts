import type { Clock } from '../Clock';
import { isKubeError } from '../kubernetes';
import type { Logger } from '../telemetry/Logger';
import { permissionKey, permissionsIn, type DeclaredRule, type Permission } from './DeclaredRule';
import { resourceOf, wordsOf } from './wordsOf';

/** Asks the API server whether we may. @throws KubeError when it cannot be asked */
export type MayWe = (asked: { namespace?: string } & Omit<Permission, 'clusterScoped' | 'option' | 'ofSomeCanaries'>) => Promise<boolean>;

/** What is missing is asked for again after so many milliseconds. */
const AGAIN = 10_000;
/** What was refused is asked for so many milliseconds after the last question at the earliest: refusals have other causes, too. */
const PAUSE = 1_000;
/** Questions at a time. */
const AT_ONCE = 8;

/**
 * Knows which of the declared permissions the engine lacks. Everything is asked for at the start, what is missing until
 * it has been granted, and what was refused once more; while nothing is missing nothing is asked.
 */
export class PermissionCheck {
  readonly #mayWe: MayWe;
  readonly #rules: () => readonly DeclaredRule[];
  readonly #namespace: string | undefined;
  readonly #onGranted: () => void;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #known = new Map<string, boolean>();
  readonly #waiting = new Set<() => void>();
  /** Granted, and refused all the same. */
  readonly #doubted = new Set<string>();
  #asking: Promise<void> | null = null;
  #next: { at: number; cancel: () => void } | null = null;
  #askedAt = -Infinity;
  #cannotAsk = false;
  #stopped = false;

  /** `rules`: what is declared now; it may grow. `namespace`: the only one that is watched. `onGranted`: something that was missing is there. */
  constructor(options: {
    mayWe: MayWe;
    rules: () => readonly DeclaredRule[];
    namespace: string | undefined;
    onGranted: () => void;
    clock: Clock;
    logger: Logger;
  }) {
    this.#mayWe = options.mayWe;
    this.#rules = options.rules;
    this.#namespace = options.namespace;
    this.#onGranted = options.onGranted;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Asks for everything; resolves when the answers are there, or cannot be had for now. */
  async start(): Promise<void> {
    await this.#ask();
  }

  /** A request was refused with 403: `resource` as in `canaries.flagger.app/status`. It need not have been for a permission. */
  refused(verb: string, resource: string): void {
    const keys = this.#needed()
      .filter((permission) => permission.verb === verb && resourceOf(permission) === resource)
      .map(permissionKey)
      .filter((key) => this.#known.get(key) === true);
    if (keys.length === 0) return;
    for (const key of keys) this.#doubted.add(key);
    this.#askAt(this.#askedAt + PAUSE);
  }

  /** More may be declared than before. */
  declared(): void {
    if (!this.#stopped && this.#unknown().length > 0) void this.#ask();
  }

  /**
   * What is known to be missing, one sentence for each kind of object: `may not "patch" services in …: add it to …`.
   * `ofSomeCanaries`: only what some Canaries need (true) or what the engine needs for any of them (false); both without.
   */
  problems(ofSomeCanaries?: boolean): string[] {
    const missing = this.#missing().filter((each) => ofSomeCanaries === undefined || each.ofSomeCanaries === ofSomeCanaries);
    return wordsOf(missing, this.#namespace).map(({ what, remedy }) => `may not ${what}: ${remedy}`);
  }

  /** Does what needs a permission, again and again until it is granted. @throws what else goes wrong */
  async whenPermitted<T>(run: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (!isKubeError(error) || error.kind !== 'forbidden' || this.#stopped) throw error;
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          cancel();
          this.#waiting.delete(done);
          resolve();
        };
        const cancel = this.#clock.after(AGAIN, done);
        this.#waiting.add(done);
      });
    }
  }

  /** Ends for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next?.cancel();
    for (const done of [...this.#waiting]) done();
    await this.#asking;
  }

  #missing(): Permission[] {
    return this.#needed().filter((permission) => this.#known.get(permissionKey(permission)) === false);
  }

  #unknown(): Permission[] {
    return this.#needed().filter((permission) => !this.#known.has(permissionKey(permission)));
  }

  #needed(): Permission[] {
    return permissionsIn(this.#rules());
  }

  #askAt(at: number): void {
    if (this.#stopped || (this.#next && this.#next.at <= at)) return;
    this.#next?.cancel();
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#next = null;
      void this.#ask();
    });
    this.#next = { at, cancel };
  }

  /** One round at a time. */
  async #ask(): Promise<void> {
    this.#asking ??= this.#round().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
  }

  async #round(): Promise<void> {
    const before = new Map(this.#known);
    const due = this.#needed().filter((permission) => {
      const key = permissionKey(permission);
      return before.get(key) !== true || this.#doubted.has(key);
    });
    this.#doubted.clear();
    this.#askedAt = this.#clock.now();
    const complete = await this.#answers(due);
    if (this.#stopped) return;
    const became = (allowed: boolean, from: readonly (boolean | undefined)[]) =>
      due.filter((permission) => {
        const key = permissionKey(permission);
        return this.#known.get(key) === allowed && from.includes(before.get(key));
      });
    this.#tell(became(false, [true, undefined]), became(true, [false]));
    const now = this.#clock.now();
    if (!complete || this.#missing().length > 0) this.#askAt(now + AGAIN);
    else if (this.#unknown().length > 0) this.#askAt(now);
    // It may have come while the answers did.
    if (this.#doubted.size > 0) this.#askAt(now + PAUSE);
  }

  /** False when some could not be had. */
  async #answers(permissions: readonly Permission[]): Promise<boolean> {
    const left = [...permissions];
    let failure: unknown = null;
    const ask = async () => {
      for (let next = left.shift(); next && failure === null && !this.#stopped; next = left.shift()) {
        const { clusterScoped, verb, group, resource, subresource, name } = next;
        const namespace = clusterScoped ? undefined : this.#namespace;
        try {
          this.#known.set(permissionKey(next), await this.#mayWe({ namespace, verb, group, resource, subresource, name }));
        } catch (error) {
          failure = error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    if (failure !== null && !this.#cannotAsk) {
      const error = failure instanceof Error ? failure.message : String(failure);
      this.#logger.warn('the API server does not say what the engine may do; asking again', { error });
    }
    this.#cannotAsk = failure !== null;
    return failure === null;
  }

  #tell(missing: readonly Permission[], granted: readonly Permission[]): void {
    if (missing.length > 0) {
      const words = wordsOf(missing, this.#namespace);
      const remedies = [...new Set(words.map(({ remedy }) => remedy))];
      this.#logger.warn(`the engine may not ${words.map(({ what }) => what).join('; ')}: ${remedies.join('; ')}`);
    }
    if (granted.length === 0) return;
    this.#logger.info(
      `the engine may now ${wordsOf(granted, this.#namespace)
        .map(({ what }) => what)
        .join('; ')}`,
    );
    for (const done of [...this.#waiting]) done();
    this.#onGranted();
  }
}
