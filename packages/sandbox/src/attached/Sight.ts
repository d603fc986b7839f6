import type { Clock } from '../Clock';

// From a change until it is told, in milliseconds: several kinds that it befalls make one sentence.
const PATIENCE = 3000;
// A connection that breaks and is there again sooner than this is nothing to tell of.
const SHORTEST_TROUBLE = 1500;

interface Trouble {
  since: number;
  problem: string;
  /** Whether it was told of. */
  told: boolean;
  /** When it was over. */
  seen?: number;
}

/** Tells in sentences, once per change, which kinds of objects cannot be followed at the moment and which can again. */
export class Sight {
  private readonly troubles = new Map<string, Trouble>();
  private cancelReview: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly report: (sentence: string) => void,
  ) {}

  /** An attempt to follow a kind has failed. Of several problems in a row the last one is told. */
  failed(resource: string, problem: string): void {
    const { since, told } = this.troubles.get(resource) ?? { since: this.clock.now(), told: false };
    // What was asked for is said by the kind.
    this.troubles.set(resource, { since, told, problem: problem.replace(/^GET \S+: /, '') });
    this.reviewSoon();
  }

  /** A kind is followed, perhaps again. */
  followed(resource: string): void {
    const trouble = this.troubles.get(resource);
    if (!trouble) return;
    if (trouble.told) trouble.seen ??= this.clock.now();
    else this.troubles.delete(resource);
    this.reviewSoon();
  }

  /** Tells nothing any more. */
  close(): void {
    this.cancelReview?.();
    this.troubles.clear();
  }

  private reviewSoon(): void {
    this.cancelReview ??= this.clock.after(PATIENCE, () => {
      this.cancelReview = undefined;
      this.review();
    });
  }

  private review(): void {
    const waiting = [...this.troubles].filter(([, { told }]) => !told);
    const lost = waiting.filter(([, { since }]) => since <= this.clock.now() - SHORTEST_TROUBLE);
    for (const problem of new Set(lost.map(([, trouble]) => trouble.problem))) {
      const alike = lost.filter(([, trouble]) => trouble.problem === problem);
      this.report(`lost sight of ${named(alike)}: ${problem}; trying again`);
    }
    for (const [, trouble] of lost) trouble.told = true;
    const over = [...this.troubles].filter(([, { seen }]) => seen !== undefined);
    if (over.length) {
      const [begin, end] = [Math.min(...over.map(([, { since }]) => since)), Math.max(...over.map(([, { seen }]) => seen!))];
      this.report(`sees ${named(over)} again after ${Math.round((end - begin) / 1000)} s`);
    }
    for (const [resource] of over) this.troubles.delete(resource);
    if (waiting.length > lost.length) this.reviewSoon();
  }
}

function named(troubles: [resource: string, Trouble][]): string {
  return troubles.map(([resource]) => resource.split('/')[1]).join(', ');
}
