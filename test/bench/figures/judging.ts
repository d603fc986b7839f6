import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { converge } from '../../../engine/src/decision/converge';
import type { Decision } from '../../../engine/src/decision/Decision';
import { judge } from '../../../engine/src/decision/judge';
import type { Answer } from '../../../engine/src/decision/Question';
import type { Situation } from '../../../engine/src/decision/Situation';
import type { Bench } from '../Figure';
import { percentile } from '../percentile';

const HISTORIES = resolve(__dirname, '../../../engine/src/decision/__histories__');
const RUNS = 7;
/** Milliseconds of one run. */
const RUN = 1_500;

interface RecordedStep {
  situation: Situation;
  answers: Answer[];
  decision: Decision;
}

/** How fast the pure half of the engine is: recorded rollouts, judged and converged again and again. */
export const judging: Bench = {
  name: 'judge',
  about: 'decisions per second of judge and converge on recorded rollouts, without I/O',
  async measure() {
    const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
    const steps = files.flatMap((file) => JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as RecordedStep[]);
    const differing = steps.filter((each) => JSON.stringify(decide(each)) !== JSON.stringify(each.decision)).length;
    // The first run warms the compiler up.
    const rates = Array.from({ length: RUNS + 1 }, () => rateOf(steps)).slice(1);
    const [low, high] = [Math.min(...rates), Math.max(...rates)].map(Math.round);
    const differ = differing === 0 ? '' : `; ${differing} of them are decided differently now`;
    return [
      {
        name: 'decisions judged and converged',
        unit: '/s',
        value: Math.round(percentile(rates, 0.5)),
        target: null,
        runs: RUNS,
        note: `median of runs of ${RUN / 1_000} s (${low} to ${high}) on one core, over ${steps.length} decisions of ${files.join(', ')}${differ}`,
      },
    ];
  },
};

function rateOf(steps: readonly RecordedStep[]): number {
  const begun = performance.now();
  let decisions = 0;
  let took = 0;
  while (took < RUN) {
    for (const each of steps) {
      const decision = decide(each);
      if (decision) converge(decision.state.desired, { ...each.situation, state: decision.state, confirmedAt: null });
    }
    decisions += steps.length;
    took = performance.now() - begun;
  }
  return (decisions / took) * 1_000;
}

/** As the loop does it: judge with no answers, and again with those that it asked for, until it decides. */
function decide({ situation, answers }: RecordedStep): Decision | null {
  let known: Answer[] = [];
  for (;;) {
    const judgement = judge(situation, known);
    if (judgement.kind === 'decide') return judgement.decision;
    if (judgement.kind === 'idle') return null;
    const wanted = new Set(judgement.questions.map(({ id }) => id));
    const more = answers.filter(({ id }) => wanted.has(id));
    if (more.length < wanted.size) return null;
    known = [...known, ...more];
  }
}
