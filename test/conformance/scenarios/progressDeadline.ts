import type { Scenario } from '../Scenario';
import { givenService } from '../service';

/** Pods that never become ready. */
export const progressDeadline: Scenario = {
  name: 'progress-deadline',
  about: 'A version whose pods never get ready is rolled back at its deadline and gets no traffic.',
  needs: [],
  given: (setting) => givenService(setting, { spec: { progressDeadlineSeconds: setting.tempo.deadline / 1_000 } }),
  async when(run) {
    await run.release('1.1.0', { neverReady: true });
    await run.ended('1.1.0');
  },
  then: () => [
    'Initializing 0% initialise',
    'Initialized 0% initialised',
    'Progressing 0% start',
    'Progressing 0% rollback cause:notReady',
    'Failed 0% fail cause:notReady',
    'Failed 0% closed',
    'cluster: Failed 0%, primary runs 1.0.0, target has 0 replicas',
  ],
};
