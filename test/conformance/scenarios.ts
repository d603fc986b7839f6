import type { Scenario } from './Scenario';
import { blueGreen } from './scenarios/blueGreen';
import { failingMetric } from './scenarios/failingMetric';
import { killedEngine } from './scenarios/killedEngine';
import { newRevision } from './scenarios/newRevision';
import { noData } from './scenarios/noData';
import { progressDeadline } from './scenarios/progressDeadline';
import { promotion } from './scenarios/promotion';
import { webhookHalt } from './scenarios/webhookHalt';

/** All scenarios, in the order of the table. A new one is one file and one line here. */
export const SCENARIOS: readonly Scenario[] = [
  promotion,
  blueGreen,
  failingMetric,
  newRevision,
  webhookHalt,
  noData,
  progressDeadline,
  killedEngine,
];
