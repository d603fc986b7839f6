import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from './judge';
import type { Answer } from './Question';
import type { RecordedStep } from '../testing/World';

const FOLDER = join(__dirname, '__histories__');
const histories = readdirSync(FOLDER).map(
  (file) => [file, JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as RecordedStep[]] as const,
);

test('there is a promoted and a rolled back one', () => {
  const ends = histories.map(([, steps]) => steps.at(-1)!.decision.state.phase).sort();
  expect(ends).toEqual(['Failed', 'Succeeded']);
});

describe.each(histories)('the recorded rollout %s', (_, steps) => {
  test('is decided again exactly as it was, from its situations and answers', () => {
    for (const { situation, answers, decision } of steps) {
      expect(judge(situation, answers)).toEqual({ kind: 'decide', decision });
    }
  });

  test('asks for its answers in the order in which they were given', () => {
    for (const { situation, answers } of steps) {
      const asked: string[] = [];
      const given: Answer[] = [];
      for (let judgement = judge(situation, given); judgement.kind === 'ask'; judgement = judge(situation, given)) {
        for (const { id } of judgement.questions) {
          asked.push(id);
          given.push(answers.find((answer) => answer.id === id)!);
        }
      }
      expect(asked).toEqual(answers.map(({ id }) => id));
    }
  });

  test('could have been judged by other thresholds (backtest)', () => {
    const looks = steps.filter(({ decision }) => decision.checks.some(({ kind }) => kind === 'metric'));
    for (const { situation, answers } of looks) {
      const strict = structuredClone(situation);
      strict.canary.spec.analysis.metrics[0].min = 99.99;
      strict.canary.spec.analysis.threshold = 1;
      const judgement = judge(strict, answers);
      expect(judgement.kind === 'decide' && judgement.decision.kind).toMatch(/rollback|hold/);
    }
  });
});
