import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** A gate that opens late, and then a pre-rollout hook that never says yes. */
export const webhookHalt: Scenario = {
  name: 'webhook-halt',
  about: 'A version waits at a closed gate; once that opens its pre-rollout hook refuses it, and it goes back without traffic.',
  needs: [],
  given: (setting) =>
    givenService(setting, {
      analysis: {
        webhooks: [
          { name: 'start-gate', type: 'confirm-rollout', url: `${setting.hooks}/gate` },
          { name: 'smoke', type: 'pre-rollout', url: `${setting.hooks}/smoke` },
        ],
      },
    }),
  async when(run) {
    run.hooks.answer = () => 403;
    await run.release('1.1.0');
    await run.waitFor('1.1.0 waits', ({ toVersion, phase }) => toVersion === '1.1.0' && phase === 'Waiting');
    run.hooks.answer = ({ path }) => (path === '/gate' ? 200 : 500);
    await run.ended('1.1.0');
  },
  then: () => [
    'Initializing 0% initialise',
    'Initialized 0% initialised',
    'Waiting 0% wait start-gate:fail gate:confirm-rollout',
    'Progressing 0% start',
    'Progressing 0% ready',
    'Progressing 0% failed:1 hold fail smoke:fail',
    'Progressing 0% failed:2 hold fail smoke:fail',
    'Progressing 0% failed:3 rollback fail smoke:fail cause:checks',
    'Failed 0% failed:3 fail cause:checks',
    'Failed 0% failed:3 closed',
    'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
  ],
};
