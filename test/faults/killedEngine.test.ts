import { recordRoutes, type Routes } from '../harness/Routes';
import { addService, addTools, INTERVAL, LADDER, NAMESPACE, release, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { until } from '../harness/until';

jest.setTimeout(180_000);

const NAMES = ['orders', 'stock', 'billing'];
const KILLS = 2;
/** Set it to repeat a run. */
const SEED = Number(process.env.AVIARY_FAULT_SEED ?? Date.now() % 1_000_000);

describe(`an engine that is killed with -9 at random moments (AVIARY_FAULT_SEED=${SEED})`, () => {
  let stage: SandboxStage;
  const routes = new Map<string, Routes>();

  beforeAll(async () => {
    stage = await setStage({ speed: 20 });
    await addTools(stage, NAMES);
    let engine = await stage.startEngineProcess();
    for (const name of NAMES) await addService(stage, name);
    for (const name of NAMES) await waitForPhase(stage, name, 'Initialized');
    for (const name of NAMES) routes.set(name, recordRoutes(stage, NAMESPACE, name));
    // Each is at another step when the engine dies: one kill tries several moments.
    for (const name of NAMES) {
      await release(stage, name, '1.1.0');
      await waitForWeight(stage, name, 10);
    }
    const random = randomNumbers(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      // The second time some are being promoted.
      await moment(stage, random() * (2 + 2 * kill) * INTERVAL);
      engine.kill('SIGKILL');
      expect(await engine.ended).toBe('SIGKILL');
      engine = await stage.startEngineProcess();
      // Its predecessor's lease has to end first.
      await until(() => engine.log.some(({ decision }) => decision !== undefined), 30_000);
    }
    for (const name of NAMES) await waitForPhase(stage, name, 'Succeeded', '1.1.0');
  });
  afterAll(() => stage.close());

  it.each(NAMES)('walks %s through every weight once and in order, and home again', (name) => {
    expect(routes.get(name)!.changes.map(({ canary }) => canary)).toEqual([...LADDER, 0]);
  });

  it.each(NAMES)('shortens no step of %s', async (name) => {
    const { changes } = routes.get(name)!;
    const steps = changes.slice(1).map(({ at }, index) => at - changes[index].at);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(INTERVAL);
    // The ledger says the same: a decision comes a whole interval after the one before it was seen in the cluster.
    const reader = await stage.reader();
    const advances = (await stage.decisions(NAMESPACE, name)).filter(({ kind }) => kind === 'advance');
    expect(advances.map(({ weight }) => weight)).toEqual(LADDER);
    for (const { sequence, at } of advances.slice(1)) {
      const evidence = await reader.evidence({ cluster: 'stage', namespace: NAMESPACE, name }, sequence);
      expect(at - evidence!.situation.confirmedAt!).toBeGreaterThanOrEqual(INTERVAL);
    }
  });

  it.each(NAMES)('decides about %s without a gap', async (name) => {
    const sequences = (await stage.decisions(NAMESPACE, name)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0] + index));
  });

  it.each(NAMES)('loses no request to %s', (name) => {
    expect(routes.get(name)!.lost()).toBe(0);
  });
});

/** Resolves when the stage's clock has gone on by `delay` milliseconds. */
function moment({ sandbox }: SandboxStage, delay: number): Promise<void> {
  return new Promise((resolve) => {
    sandbox.clock.after(delay, resolve);
  });
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
