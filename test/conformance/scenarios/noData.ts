import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** Nobody calls the service: there is nothing to measure, which is no failure, and not for ever. */
export const noData: Scenario = {
  name: 'no-data',
  about: 'A metric without values holds the rollout, uses up no failure, and sends it back at its limit.',
  needs: [],
  given: (setting) => givenService(setting, { traffic: 0 }),
  async when(run) {
    await run.release('1.1.0');
    await run.ended('1.1.0');
  },
  then: ({ router }) =>
    router.abilities.weights
      ? [
          'Initializing 0% initialise',
          'Initialized 0% initialised',
          'Progressing 0% start',
          'Progressing 0% ready',
          'Progressing 20% advance',
          'Progressing 20% hold noData request-success-rate:noData:1',
          'Progressing 20% hold noData request-success-rate:noData:2',
          'Progressing 0% rollback noData request-success-rate:noData:3 cause:noData',
          'Failed 0% fail cause:noData',
          'Failed 0% closed',
          'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
        ]
      : [
          'Initializing 0% initialise',
          'Initialized 0% initialised',
          'Progressing 0% start',
          'Progressing 0% ready',
          'Progressing 0% #1 advance',
          'Progressing 0% #1 hold noData request-success-rate:noData:1',
          'Progressing 0% #1 hold noData request-success-rate:noData:2',
          'Progressing 0% #1 rollback noData request-success-rate:noData:3 cause:noData',
          'Failed 0% #1 fail cause:noData',
          'Failed 0% #1 closed',
          'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
        ],
};
