import { randomBytes } from 'node:crypto';
import { EngineSeat } from './EngineSeat';
import { startReceiver } from '../harness/Receiver';
import type { Part, Result } from './Part';
import { ScenarioRun } from './ScenarioRun';
import type { Given, Setting } from './Scenario';
import { apply, type Venue } from './Venue';

/** On every namespace of ours, for what an interrupted run leaves behind. */
const LABEL = { 'aviary.dev/conformance': 'true' };

/** A part with its own namespace and webhook server. */
interface Prepared extends Part {
  setting: Setting;
  given: Given;
  run: ScenarioRun;
  closeHooks: () => Promise<void>;
}

/**
 * Plays the parts on a venue: those that share an engine side by side, then those that disturb it, one scenario after the other. Tells
 * of each as it ends. A part that fails does not keep the others from being played.
 */
export async function playParts(venue: Venue, parts: readonly Part[], ended: (result: Result) => void): Promise<Result[]> {
  const seat = new EngineSeat(venue);
  const prepared = await Promise.all(parts.map((part) => prepare(venue, part, () => seat.kill())));
  const results: Result[] = [];
  const playOne = async (part: Prepared) => {
    const result = await play(venue, part);
    results.push(result);
    ended(result);
  };
  try {
    await venue.traffic(prepared.map(({ setting, given }) => ({ namespace: setting.namespace, services: given.traffic })));
    const together = prepared.filter(({ scenario }) => !scenario.alone);
    if (together.length > 0) {
      await seat.takeInside();
      await sideBySide(together, venue.places, playOne);
    }
    for (const scenario of new Set(prepared.map((part) => part.scenario).filter(({ alone }) => alone))) {
      const alone = prepared.filter((part) => part.scenario === scenario);
      await seat.takeOutside(alone.length);
      await sideBySide(alone, alone.length, (part) => playOne(part).finally(() => seat.passOn()));
    }
  } finally {
    await seat.leave();
    await Promise.all(prepared.map(({ closeHooks }) => closeHooks()));
  }
  return parts.map(({ scenario, router }) => results.find((result) => result.scenario === scenario && result.router === router)!);
}

async function prepare(venue: Venue, { scenario, router }: Part, killEngine: () => Promise<void>): Promise<Prepared> {
  const hooks = await startReceiver();
  const namespace = `${scenario.name}-${router.id}-${randomBytes(2).toString('hex')}`;
  const setting: Setting = { router, tempo: venue.tempo, namespace, hooks: hooks.url };
  const run = new ScenarioRun(setting, hooks, venue.stage, killEngine);
  return { scenario, router, setting, given: scenario.given(setting), run, closeHooks: () => hooks.close() };
}

async function play(venue: Venue, { scenario, router, setting, given, run }: Prepared): Promise<Result> {
  const since = performance.now();
  const { stage } = venue;
  const { namespace } = setting;
  const found: string[] = [];
  let lastWords = 'nothing was decided';
  let error: Error | null = null;
  const attempt = async (work: () => Promise<void>) => {
    await work().catch((reason: Error) => {
      error ??= reason;
    });
  };
  await attempt(async () => {
    await apply(stage, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: LABEL } }, ...given.objects]);
    await run.waitFor('Initialized', ({ phase, stage: at }) => phase === 'Initialized' && at === 'idle');
    await scenario.when(run);
  });
  await attempt(async () => {
    found.push(...(await run.transcript()));
    lastWords = await run.lastWords();
    // What has not come to its end leaves nothing that could be compared.
    if (error === null) found.push(await run.remains());
  });
  await attempt(async () => {
    await stage.kubectl('delete', 'namespace', namespace, '--wait=false', '--ignore-not-found');
  });
  const took = (performance.now() - since) / 1_000;
  return { scenario, router, ground: venue.name, expected: scenario.then(setting), found, lastWords, error, took };
}

async function sideBySide<Item>(items: readonly Item[], places: number, work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: places }, worker));
}
