import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** A version that answers with errors goes back with the look that uses up the threshold. */
export const failingMetric: Scenario = {
  name: 'failing-metric',
  about: 'A version that answers with errors is rolled back when its failures are used up.',
  needs: [],
  given: (setting) => givenService(setting),
  async when(run) {
    await run.release('1.1.0', { errors: '60%' });
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
          'Progressing 20% failed:1 hold fail request-success-rate:fail',
          'Progressing 20% failed:2 hold fail request-success-rate:fail',
          'Progressing 0% failed:3 rollback fail request-success-rate:fail cause:checks',
          'Failed 0% failed:3 fail cause:checks',
          'Failed 0% failed:3 closed',
          'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
        ]
      : [
          'Initializing 0% initialise',
          'Initialized 0% initialised',
          'Progressing 0% start',
          'Progressing 0% ready',
          'Progressing 0% #1 advance',
          'Progressing 0% #1 failed:1 hold fail request-success-rate:fail',
          'Progressing 0% #1 failed:2 hold fail request-success-rate:fail',
          'Progressing 0% #1 failed:3 rollback fail request-success-rate:fail cause:checks',
          'Failed 0% #1 failed:3 fail cause:checks',
          'Failed 0% #1 failed:3 closed',
          'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
        ],
};
