import { addServices } from '../setting/addServices';
import { setBenchStage, type BenchStage } from '../setting/BenchStage';
import type { Bench, Figure } from '../Figure';
import { percentile } from '../percentile';
import { pause } from '../setting/pause';

const RESTING = 20;
const ROUNDS = 5;
const ANALYSED = 10;
const CHANGES = 2;
const SECONDS = 180;
/** A release that is not noticed within this is an error, not a figure. */
const PATIENCE = 30_000;

/** How long it takes until a changed image is noticed, as a person at a terminal sees it. */
export const detection: Bench = {
  name: 'detection',
  about: 'milliseconds from `set image` to the event "New revision detected", in real time',
  async measure(progress) {
    let resting: string[] = [];
    let analysed: string[] = [];
    const stage = await setBenchStage({
      speed: 1,
      prepare: ({ sandbox }) => {
        // A rollout without analysis is over in seconds, so that the service rests again; it begins like any other.
        resting = addServices(sandbox, { prefix: 'resting', count: RESTING, analysis: { stepWeight: 50 }, skipAnalysis: true });
        analysed = addServices(sandbox, { prefix: 'analysed', count: ANALYSED, analysis: { stepWeight: 10, maxWeight: 50 } });
      },
    });
    try {
      progress(`initialising ${RESTING + ANALYSED} Canaries`);
      await stage.waitFor([...resting, ...analysed], 'Initialized', ({ status }) => status?.phase === 'Initialized', SECONDS);
      const releases = new Releases(stage);
      for (let round = 1; round <= ROUNDS; round++) {
        progress(`round ${round} of ${ROUNDS}: ${RESTING} releases of resting services`);
        await releases.make(resting, `6.0.${round}`);
        await stage.waitForPromotion(resting, `6.0.${round}`, SECONDS);
        await pause(2_000 + Math.random() * 3_000);
      }
      const ofResting = releases.take();
      progress(`${ANALYSED} rollouts, changed ${CHANGES} times each during the analysis`);
      await releases.make(analysed, '6.1.0');
      releases.take();
      for (let change = 1; change <= CHANGES; change++) {
        await stage.waitFor(analysed, 'at 10 %', ({ status }) => (status?.canaryWeight ?? 0) >= 10, SECONDS);
        await releases.make(analysed, `6.1.${change}`);
      }
      return [
        ...figuresOf('resting service', ofResting, { targetP99: 1_000 }),
        ...figuresOf('during an analysis', releases.take(), { targetP99: null }),
      ];
    } finally {
      await stage.close();
    }
  },
};

/** Sets images and notes how long each event took to appear in the cluster's store. */
class Releases {
  readonly #stage: BenchStage;
  readonly #waiting = new Map<string, (at: number) => void>();
  #took: number[] = [];

  constructor(stage: BenchStage) {
    this.#stage = stage;
    stage.sandbox.store.subscribe(({ type, resource, object }) => {
      // A text that was told before is counted up instead of written again.
      if (resource !== '/events' || type === 'DELETED' || !String(object.message).startsWith('New revision detected')) return;
      this.#waiting.get(object.involvedObject.name)?.(performance.now());
    });
  }

  /** One release of each service, a moment apart; resolves when all have been noticed. */
  async make(names: readonly string[], tag: string): Promise<void> {
    const noticed: Promise<void>[] = [];
    for (const name of names) {
      noticed.push(this.#one(name, tag));
      await pause(50 + Math.random() * 250);
    }
    await Promise.all(noticed);
  }

  /** Milliseconds of each release since the last call. */
  take(): number[] {
    const took = this.#took;
    this.#took = [];
    return took;
  }

  async #one(name: string, tag: string): Promise<void> {
    const noticed = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} ${tag} was not noticed within ${PATIENCE} ms`)), PATIENCE);
      this.#waiting.set(name, (at) => {
        clearTimeout(timer);
        resolve(at);
      });
    });
    const answeredAt = await this.#stage.setImage(name, tag);
    this.#took.push((await noticed) - answeredAt);
    this.#waiting.delete(name);
  }
}

function figuresOf(what: string, took: readonly number[], { targetP99 }: { targetP99: number | null }): Figure[] {
  return [
    { share: 0.5, label: 'p50', target: null },
    { share: 0.95, label: 'p95', target: null },
    { share: 0.99, label: 'p99', target: targetP99 },
    { share: 1, label: 'max', target: null },
  ].map(({ share, label, target }) => ({
    name: `new revision detected, ${what}, ${label}`,
    unit: 'ms',
    value: Math.round(percentile(took, share)),
    target: target === null ? null : { below: target },
    runs: took.length,
    note: '250 ms of it are waited on purpose, to gather changes',
  }));
}
