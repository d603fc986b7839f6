import type { RolloutFilter } from '@aviary/engine/store';
import type { RolloutCounts, RolloutPage, RolloutQuery } from '@aviary/plugin-rollouts-common';
import type { Request, Response } from 'express';
import { type CanaryScope, intersectScopes, isEmptyScope } from '../permissions/CanaryScope';
import { callerOf, type RouterServices } from './RouterServices';
import { toRollout } from './toRollout';

const NO_COUNTS: RolloutCounts = {
  running: 0,
  holding: 0,
  paused: 0,
  waiting: 0,
  oldestWaitingSince: null,
  failedDay: 0,
  promotedDay: 0,
  endedDay: 0,
  hours: Array.from({ length: 24 }, () => ({ failed: 0, promoted: 0 })),
  medianDuration: null,
  clusters: [],
  namespaces: [],
};

/** GET /v1/rollouts */
export function listRollouts(services: RouterServices) {
  return async (request: Request, response: Response<RolloutPage>) => {
    const query = request.query as unknown as RolloutQuery & { limit: number };
    const readable = await services.access.readable(await callerOf(services, request));
    const scope = intersectScopes(readable, await wantedScope(services, query));
    if (isEmptyScope(scope)) {
      response.json({ items: [], next: null, previous: null, clock: services.clock() });
      return;
    }
    const filter: RolloutFilter = {
      ...scope,
      group: query.group,
      phase: query.phase,
      search: query.search || undefined,
      limit: query.limit,
      cursor: query.cursor || undefined,
    };
    const page = await (await services.reader()).list(filter);
    const bindings = await services.bindings.table();
    response.json({
      items: page.items.map((row) => toRollout(row, bindings)),
      next: page.next,
      previous: page.previous,
      clock: services.clock(),
    });
  };
}

/** GET /v1/rollouts/counts */
export function countRollouts(services: RouterServices) {
  return async (request: Request, response: Response) => {
    const query = request.query as unknown as Pick<RolloutQuery, 'cluster' | 'namespace'>;
    const readable = await services.access.readable(await callerOf(services, request));
    const scope = intersectScopes(readable, { cluster: query.cluster, namespace: query.namespace });
    const clock = services.clock();
    const counts = isEmptyScope(scope) ? NO_COUNTS : await (await services.reader()).counts(clock.now, scope);
    response.json({ ...counts, clock });
  };
}

async function wantedScope(services: RouterServices, query: RolloutQuery): Promise<CanaryScope> {
  let scope: CanaryScope = { cluster: query.cluster, namespace: query.namespace };
  if (query.entity || query.owner?.length) {
    const bindings = await services.bindings.table();
    if (query.entity) {
      scope = intersectScopes(scope, { keys: await services.index.resolve(bindings.addressesOf(query.entity)) });
    }
    if (query.owner?.length) {
      scope = intersectScopes(scope, { keys: await services.index.resolve(bindings.addressesOwnedBy(query.owner)) });
    }
  }
  return scope;
}
