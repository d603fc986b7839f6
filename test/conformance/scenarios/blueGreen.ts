import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** The main job without weights, which every router can do. */
export const blueGreen: Scenario = {
  name: 'blue-green',
  about: 'A good version passes every iteration beside the live traffic and is promoted.',
  needs: [],
  given: (setting) => givenService(setting, { analysis: { stepWeights: undefined, iterations: 3 } }),
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
          'Progressing 0% #1 advance',
          'Progressing 0% #2 advance pass',
          'Progressing 0% #3 advance pass',
          'Progressing 100% #4 advance pass',
          'Promoting 100% #4 promote pass',
          'Finalising 0% #4 finalise',
          'Succeeded 0% succeed',
          'Succeeded 0% closed',
          'cluster: Succeeded 0%, primary runs 1.1.0, target has 0 replicas',
        ]
      : [
          'Initializing 0% initialise',
          'Initialized 0% initialised',
          'Progressing 0% start',
          'Progressing 0% ready',
          'Progressing 0% #1 advance',
          'Progressing 0% #2 advance pass',
          'Progressing 0% #3 advance pass',
          'Progressing 0% #4 advance pass',
          'Promoting 0% #4 promote pass',
          'Finalising 0% #4 finalise',
          'Succeeded 0% succeed',
          'Succeeded 0% closed',
          'cluster: Succeeded 0%, primary runs 1.1.0, target has 0 replicas',
        ],
};
