import { addServices } from '../setting/addServices';
import { setBenchStage, type BenchStage } from '../setting/BenchStage';
import { summariseRequests } from '../setting/summariseRequests';
import type { Bench, Figure } from '../Figure';
import { percentile } from '../percentile';

const SPEED = 5;
const SECONDS = 120;

/** What lies between two consecutive Advance events. */
interface Step {
  requests: { verb: string; path: string }[];
  transactions: number;
  statements: number;
  /** Other events in between: the rollout was held, so it is no plain step. */
  others: string[];
}

/** What one weight step costs the API server and the database. */
export const step: Bench = {
  name: 'step',
  about: 'API requests and database statements of one weight step, without checks and with two',
  async measure(progress) {
    return [...(await measureSteps(false, progress)), ...(await measureSteps(true, progress))];
  },
};

async function measureSteps(checks: boolean, progress: (line: string) => void): Promise<Figure[]> {
  let names: string[] = [];
  const stage = await setBenchStage({
    speed: SPEED,
    prepare: ({ sandbox }) => {
      names = addServices(sandbox, { count: 1, checks, analysis: { stepWeight: 2, maxWeight: 40 } });
    },
  });
  try {
    await stage.waitFor(names, 'Initialized', ({ status }) => status?.phase === 'Initialized', SECONDS);
    progress(`a rollout ${checks ? 'with two metric checks' : 'without checks'}, ${SPEED} times as fast`);
    const steps: Step[] = [];
    const stop = onAdvance(stage, (each) => steps.push(each));
    await stage.setImage(names[0], '6.0.1');
    await stage.waitForPromotion(names, '6.0.1', SECONDS);
    stop();
    return figuresOf(steps, checks);
  } finally {
    await stage.close();
  }
}

/** Calls `tell` at each Advance event but the first, with everything since the one before. */
function onAdvance(stage: BenchStage, tell: (step: Step) => void): () => void {
  let begun = false;
  let others: string[] = [];
  return stage.sandbox.store.subscribe(({ type, resource, object }) => {
    if (resource !== '/events' || type === 'DELETED') return;
    if (!/^Advance /.test(object.message)) {
      others.push(object.message);
      return;
    }
    // A decision is recorded before its event is written: each step has one event and all statements of one decision.
    const own = stage.tap.units().filter((unit) => !isShared(unit.statements));
    const statements = own.reduce((sum, unit) => sum + unit.statements.length, 0);
    if (begun) tell({ requests: stage.requests(), transactions: own.length, statements, others });
    begun = true;
    others = [];
    stage.forgetRequests();
    stage.tap.forget();
  });
}

/** Heartbeats and the questions for commands and deliveries: the same for any number of Canaries. */
function isShared(statements: readonly string[]): boolean {
  if (statements.some((text) => /\.engines\b/.test(text))) return true;
  return statements.length === 1 && /^\s*SELECT\b.*\.(commands|deliveries)\b/s.test(statements[0]);
}

function figuresOf(all: readonly Step[], checks: boolean): Figure[] {
  const steps = all.filter(({ others }) => others.length === 0);
  const held = all.flatMap(({ others }) => others);
  const left =
    held.length === 0
      ? ''
      : `; ${all.length - steps.length} of ${all.length} steps left out, because the rollout was held (${held[0].slice(0, 60)}…)`;
  const what = checks ? 'a weight step with two metric checks' : 'a plain weight step';
  const writes = steps.map(({ requests }) => requests.filter(({ verb }) => verb !== 'proxy'));
  const asked = steps.map(({ requests }) => requests.filter(({ verb }) => verb === 'proxy').length);
  const worst = writes.reduce((one, other) => (other.length > one.length ? other : one), []);
  const statements = steps.map((each) => each.statements);
  const figures: Figure[] = [
    {
      name: `API requests of ${what}`,
      unit: '',
      value: worst.length,
      // The target is that of a plain step.
      target: checks ? null : { atMost: 3 },
      runs: steps.length,
      note: `the most of any step, watches${checks ? ' and metric queries' : ''} aside: ${summariseRequests(worst)}; median ${percentile(
        writes.map((each) => each.length),
        0.5,
      )}${left}`,
    },
    {
      name: `database statements of ${what}`,
      unit: '',
      value: percentile(statements, 0.5),
      target: null,
      runs: steps.length,
      note: `median (${Math.min(...statements)} to ${Math.max(...statements)}), BEGIN and COMMIT counted, in ${percentile(
        steps.map((each) => each.transactions),
        0.5,
      )} units (transactions or single statements); heartbeat and polls aside`,
    },
  ];
  if (checks)
    figures.push({
      name: 'metric queries of that step',
      unit: '',
      value: percentile(asked, 0.5),
      target: null,
      runs: steps.length,
      note: "through the API server's service proxy, because the engine is outside of the cluster; inside it they go straight to Prometheus",
    });
  return figures;
}
