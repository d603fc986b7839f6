import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** The main job by weights, with an autoscaler beside the workload. */
export const promotion: Scenario = {
  name: 'promotion',
  about: 'A good version walks through every weight and is promoted.',
  needs: ['weights'],
  given: (setting) => givenService(setting, { autoscaler: true }),
  async when(run) {
    await run.release('1.1.0');
    await run.ended('1.1.0');
  },
  then: () => [
    'Initializing 0% initialise',
    'Initialized 0% initialised',
    'Progressing 0% start',
    'Progressing 0% ready',
    'Progressing 20% advance',
    'Progressing 40% advance pass',
    'Progressing 60% advance pass',
    'Promoting 60% promote pass',
    'Finalising 0% finalise',
    'Succeeded 0% succeed',
    'Succeeded 0% closed',
    'cluster: Succeeded 0%, primary runs 1.1.0, target has 0 replicas',
  ],
};
