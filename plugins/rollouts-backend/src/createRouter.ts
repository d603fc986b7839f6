import { createValidatedOpenApiRouter } from '@backstage/backend-openapi-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import type { ErrorRequestHandler, Router } from 'express';
import { getCanary, getEvidence, listDecisions, listEvents, listHistory } from './routes/canaryRoutes';
import { getCommand, giveCommand } from './routes/commandRoutes';
import { countRollouts, listRollouts } from './routes/rolloutRoutes';
import type { RouterServices } from './routes/RouterServices';
import { readOpenApi } from './schema/readOpenApi';

const CANARY = '/v1/canaries/:cluster/:namespace/:name';

/**
 * The REST API that `schema/openapi.yaml` describes: requests that do not fit it are refused with a sentence that names the field.
 * `validateResponses` holds answers to it too, for tests.
 */
export function createRouter(services: RouterServices, options: { validateResponses?: boolean } = {}): Router {
  const router = createValidatedOpenApiRouter(readOpenApi(), {
    validatorOptions: { validateResponses: options.validateResponses ?? false },
  }) as unknown as Router;

  router.get('/v1/health', (_request, response) => {
    response.json(services.health());
  });
  router.get('/v1/rollouts', listRollouts(services));
  router.get('/v1/rollouts/counts', countRollouts(services));
  router.get(CANARY, getCanary(services));
  router.get(`${CANARY}/decisions`, listDecisions(services));
  router.get(`${CANARY}/decisions/:sequence/evidence`, getEvidence(services));
  router.get(`${CANARY}/events`, listEvents(services));
  router.get(`${CANARY}/rollouts`, listHistory(services));
  router.post(`${CANARY}/commands`, giveCommand(services));
  router.get('/v1/commands/:id', getCommand(services));
  router.use(ledgerErrors);
  return router;
}

/** The store says `unavailable` by kind, which Backstage does not know. */
const ledgerErrors: ErrorRequestHandler = (error, _request, _response, next) => {
  next(error?.kind === 'unavailable' ? new ServiceUnavailableError(`The rollouts cannot be read now: ${error.message}`) : error);
};
