import type { Engine } from '@aviary/engine';
import { recordRoutes, type Routes } from './Routes';
import { addService, addTools, NAMESPACE, waitForPhase, type ServiceOptions } from './service';
import type { SandboxStage } from './Stage';

/** Starts an engine and gives it one service to take care of; resolves when the service is initialised and its routes are recorded. */
export async function startWithService(
  stage: SandboxStage,
  name: string,
  options?: ServiceOptions,
): Promise<{ engine: Engine; routes: Routes }> {
  await addTools(stage, [name]);
  const engine = await stage.startEngine();
  await addService(stage, name, options);
  await waitForPhase(stage, name, 'Initialized');
  return { engine, routes: recordRoutes(stage, NAMESPACE, name) };
}
