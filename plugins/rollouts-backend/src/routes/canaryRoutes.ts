import { formatCanaryRef } from '@aviary/plugin-rollouts-common';
import { NotFoundError } from '@backstage/errors';
import type { Request, Response } from 'express';
import { possibleCommands } from '../commands/possibleCommands';
import { callerOf, canaryOf, type RouterServices } from './RouterServices';
import { toRollout } from './toRollout';

/** GET /v1/canaries/{cluster}/{namespace}/{name} */
export function getCanary(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const caller = await callerOf(services, request);
    const key = canaryOf(request);
    await services.access.requireRead(caller, key);
    const row = await (await services.reader()).get(key);
    if (!row) {
      throw new NotFoundError(
        `The engine has recorded no Canary ${formatCanaryRef(key)}. It appears here once it is applied to a cluster that an engine watches.`,
      );
    }
    const rollout = toRollout(row, await services.bindings.table());
    const actions = await services.access.allowedCommands(caller, key, possibleCommands(rollout));
    response.json({ rollout, clock: services.clock(), actions });
  };
}

/** GET …/decisions */
export function listDecisions(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const key = canaryOf(request);
    await services.access.requireRead(await callerOf(services, request), key);
    const { rolloutId, limit, before } = request.query as unknown as { rolloutId?: string; limit: number; before?: number };
    response.json({ items: await (await services.reader()).decisions(key, { rolloutId, limit, before }) });
  };
}

/** GET …/decisions/{sequence}/evidence */
export function getEvidence(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const key = canaryOf(request);
    await services.access.requireRead(await callerOf(services, request), key);
    const sequence = Number(request.params.sequence);
    const evidence = await (await services.reader()).evidence(key, sequence);
    if (!evidence) {
      throw new NotFoundError(`There is no decision ${sequence} about ${formatCanaryRef(key)}, or its evidence is past retention.`);
    }
    response.json(evidence);
  };
}

/** GET …/events */
export function listEvents(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const key = canaryOf(request);
    await services.access.requireRead(await callerOf(services, request), key);
    const { limit } = request.query as unknown as { limit: number };
    response.json({ items: await (await services.reader()).events(key, limit) });
  };
}

/** GET …/rollouts */
export function listHistory(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const key = canaryOf(request);
    await services.access.requireRead(await callerOf(services, request), key);
    const { limit, before } = request.query as unknown as { limit: number; before?: number };
    response.json({ items: await (await services.reader()).rollouts(key, { limit, before }) });
  };
}
