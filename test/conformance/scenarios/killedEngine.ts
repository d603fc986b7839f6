import type { Scenario } from '../Scenario';
import { givenService, NO_HURRY } from '../service';

/** kill -9 in mid-rollout: what is decided does not depend on who decides it. */
export const killedEngine: Scenario = {
  name: 'killed-engine',
  about: 'The engine is killed in mid-rollout and another one goes on: no step is left out, none is repeated.',
  needs: [],
  alone: true,
  given: (setting) => givenService(setting, { analysis: { interval: NO_HURRY } }),
  async when(run) {
    await run.release('1.1.0');
    await run.begun('1.1.0');
    await run.killEngine();
    await run.hurry();
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
          'Progressing 40% advance pass',
          'Progressing 60% advance pass',
          'Promoting 60% promote pass',
          'Finalising 0% finalise',
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
