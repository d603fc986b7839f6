import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aCanary } from './aSituation';
import { World, type RecordedStep } from './World';

/**
 * Writes the rollouts that `decision/replay.test.ts` judges again, from a World. Run it after a deliberate change of
 * the rules, and read the difference before it is committed:
 *
 *     node --require @backstage/cli/config/nodeTransform.cjs engine/src/testing/recordHistories.ts
 *     prettier --write engine/src/decision/__histories__
 */
function recordHistories(): void {
  const folder = join(__dirname, '../decision/__histories__');
  mkdirSync(folder, { recursive: true });
  for (const [name, steps] of Object.entries({ promoted: promoted(), 'rolled-back': rolledBack() })) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(steps, null, 2)}\n`);
  }
}

const ANALYSIS = {
  interval: '10s',
  threshold: 3,
  stepWeight: 20,
  maxWeight: 40,
  metrics: [
    { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' },
    { name: 'request-duration', thresholdRange: { max: 500 }, interval: '30s' },
  ],
  webhooks: [
    { name: 'acceptance-test', type: 'pre-rollout', url: 'http://flagger-loadtester.test/', metadata: { type: 'bash' } },
    { name: 'load-test', type: 'rollout', url: 'http://flagger-loadtester.test/' },
    { name: 'approval', type: 'confirm-promotion', url: 'http://flagger-loadtester.test/gate/check' },
  ],
};

/** One failing look, one without data, a gate opened by a person, then promoted. */
function promoted(): RecordedStep[] {
  const world = new World({
    canary: aCanary({ analysis: ANALYSIS }),
    answer: (question, { state }) => {
      const looks = state?.rollout?.looks ?? 0;
      if (question.kind === 'webhook') {
        return { kind: 'http', status: question.type === 'confirm-promotion' ? 403 : 200, excerpt: '' };
      }
      if (question.kind === 'metric' && question.index === 0 && question.subject === 'canary' && looks < 2) {
        return looks === 0 ? { kind: 'number', value: 98.69 } : { kind: 'noData', message: 'no values found' };
      }
      return { kind: 'number', value: question.kind === 'metric' && question.index === 1 ? 120 : 99.9 };
    },
  });
  world.initialise();
  world.deploy('6.0.1');
  world.runUntil(({ phase }) => phase === 'WaitingPromotion');
  world.command('approve', { why: 'looks good' });
  world.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
  return world.history;
}

/** Replaced in mid-analysis by a release that is too slow, then rolled back. */
function rolledBack(): RecordedStep[] {
  const world = new World({
    canary: aCanary({ analysis: ANALYSIS }),
    answer: (question, { target }) => {
      if (question.kind === 'webhook') {
        return { kind: 'http', status: question.type === 'confirm-promotion' ? 403 : 200, excerpt: '' };
      }
      const isSlow = question.kind === 'metric' && question.index === 1 && question.subject === 'canary' && target.version === '6.0.2';
      return { kind: 'number', value: isSlow ? 1515 : 99.9 };
    },
  });
  world.initialise();
  world.deploy('6.0.1');
  world.runUntil(({ routes }) => routes?.canary === 20);
  world.deploy('6.0.2');
  world.runUntil(({ phase, stage }) => phase === 'Failed' && stage === 'idle');
  return world.history;
}

recordHistories();
