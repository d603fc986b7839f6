import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { engineArguments } from '../../harness/sourceArguments';
import { startProcess, type MeasuredProcess } from './startProcess';

const REPOSITORY = resolve(__dirname, '../../..');

/** An engine in a process of its own. */
export type EngineProcess = MeasuredProcess;

/** Starts the stand-alone engine with `settings` (the section `rollouts.engine`); resolves when it is at work. */
export async function startEngineProcess(settings: Record<string, unknown>): Promise<EngineProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'aviary-bench-engine-'));
  const config = join(folder, 'app-config.yaml');
  const forget = () => rm(folder, { recursive: true, force: true });
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ rollouts: { engine: settings } }), { mode: 0o600 });
  let engine: EngineProcess;
  try {
    engine = await startProcess({
      name: 'the engine',
      command: process.execPath,
      args: engineArguments(config),
      folder: REPOSITORY,
      isReady: (line) => line.includes('"msg":"ready"'),
    });
  } catch (error) {
    await forget();
    throw error;
  }
  return {
    ...engine,
    async stop() {
      await engine.stop();
      await forget();
    },
  };
}
