import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decided } from '../harness/decided';
import type { EngineProcess } from '../harness/EngineProcess';
import { recordRoutes } from '../harness/Routes';
import { addService, addTools, INTERVAL, LADDER, NAMESPACE, release, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { until } from '../harness/until';
import { Wire } from './Wire';

jest.setTimeout(120_000);

const NAME = 'orders';

describe('two engines, each with its own way to the API server', () => {
  const engines: { engine: EngineProcess; wire: Wire }[] = [];
  let stage: SandboxStage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-blind-'));
    stage = await setStage({ speed: 15 });
    await addTools(stage, [NAME]);
    engines.push(await start('one'), await start('two'));
    await becomes('the shards are split', async () => (await shares()).every((shards) => shards === 256));
    // It measures through the API server, too, and does not know at once that it is not the measuring that fails.
    await addService(stage, NAME, { analysis: { threshold: 10 } });
    await waitForPhase(stage, NAME, 'Initialized');
  });
  afterAll(async () => {
    await stage?.close();
    for (const { wire } of engines) wire.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(name: string): Promise<{ engine: EngineProcess; wire: Wire }> {
    const wire = await Wire.to(stage.sandbox.url);
    const kubeconfig = join(folder, name);
    const direct = await readFile(stage.ground.kubeconfigPath, 'utf8');
    await writeFile(kubeconfig, direct.replaceAll(new URL(stage.sandbox.url).port, new URL(wire.url).port));
    return { wire, engine: await stage.startEngineProcess({ cluster: { name: 'stage', kubeconfig } }) };
  }
  async function shares(): Promise<(number | undefined)[]> {
    const answers = await Promise.all(engines.map(({ engine }) => engine.health()));
    return answers.map((health) => health?.shards);
  }
  const said = (engine: EngineProcess, message: RegExp) => engine.log.filter(({ msg }) => message.test(msg)).length;

  it('finish the rollout of the one that loses its way, which takes part again when it is back', async () => {
    const routes = recordRoutes(stage, NAMESPACE, NAME);
    await release(stage, NAME, '1.1.0');
    await waitForWeight(stage, NAME, 10);
    const first = (await engines[0].engine.health())?.canaries === 1;
    const [blind, other] = first ? engines : [...engines].reverse();
    blind.wire.cut();
    await becomes('the other has everything', async () => (await other.engine.health())?.shards === 512);
    expect(await blind.engine.health()).toMatchObject({ ready: false, shards: 0, canaries: 0 });
    expect((await blind.engine.health())?.problems).toContainEqual(
      expect.stringMatching(/^gave its shards back: the API server has not been seen for \d+ s$/),
    );
    const before = routes.canary();
    await waitForWeight(stage, NAME, before + 10);
    blind.wire.mend();
    await becomes('both have their share', async () => (await shares()).every((shards) => shards === 256));
    await waitForPhase(stage, NAME, 'Succeeded', '1.1.0');
    await becomes('the one that was blind is ready', async () => (await blind.engine.health())?.ready === true);

    expect(routes.changes.map(({ canary }) => canary)).toEqual([...LADDER, 0]);
    routes.changes.slice(1).forEach(({ at }, index) => expect(at - routes.changes[index].at).toBeGreaterThanOrEqual(INTERVAL));
    expect(routes.lost()).toBe(0);
    const sequences = (await stage.decisions(NAMESPACE, NAME)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0] + index));
    const { rolloutId } = (await stage.rollout(NAMESPACE, NAME))!;
    expect((await decided(stage, NAMESPACE, NAME, rolloutId!)).filter((each) => /^(advance|rollback|start|succeed)/.test(each))).toEqual([
      'start 0 -',
      'advance 10 -',
      ...LADDER.slice(1).map((weight) => `advance ${weight} pass`),
      'succeed 0 -',
    ]);
    expect([blind, other].map(({ engine }) => [said(engine, /^gave its shards back/), said(engine, /^the cluster is in sight/)])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

async function becomes(what: string, condition: () => Promise<boolean>): Promise<void> {
  if (await until(condition, 40_000)) return;
  throw new Error(`it did not come to this: ${what}`);
}
