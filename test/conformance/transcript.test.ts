import { transcript, type RecordedDecision } from './transcript';

/** What the transcript reads of a decision. */
function decision(kind: string, changes: Record<string, any> = {}): RecordedDecision {
  const { phase = 'Progressing', weight = 20, routes = weight, checks = [], verdict = null, ...rollout } = changes;
  const progress = { weight, iterations: 0, failedChecks: 0, noData: {}, errors: {}, gate: null, rollback: null, ...rollout };
  const desired = { routes: { primary: 100 - routes, canary: routes, mirror: false } };
  return { kind, verdict, checks, reason: '', state: { phase, rollout: progress, desired } } as unknown as RecordedDecision;
}
const failing = (name: string, verdict: string) => [{ name, verdict }];

describe('transcript', () => {
  it('tells phase, weight, kind, verdict and which check was why', () => {
    const look = decision('hold', {
      verdict: 'fail',
      failedChecks: 1,
      checks: [...failing('latency', 'fail'), ...failing('errors', 'pass')],
    });
    expect(transcript([decision('advance'), look])).toEqual(['Progressing 20% advance', 'Progressing 20% failed:1 hold fail latency:fail']);
  });

  it('tells what led to a rollback, and which gate holds', () => {
    const gate = decision('wait', { phase: 'Waiting', weight: 0, gate: { type: 'confirm-rollout', name: 'go', since: 1 } });
    const back = decision('rollback', { weight: 0, rollback: { cause: 'notReady', reason: '' } });
    expect(transcript([gate, back])).toEqual(['Waiting 0% wait gate:confirm-rollout', 'Progressing 0% rollback cause:notReady']);
  });

  it('leaves out notices that move nothing, and never one that does', () => {
    const notices = [decision('notice'), decision('notice', { weight: 30 }), decision('notice', { weight: 30, failedChecks: 1 })];
    expect(transcript([decision('advance'), ...notices])).toEqual([
      'Progressing 20% advance',
      'Progressing 30% notice',
      'Progressing 30% failed:1 notice',
    ]);
  });

  it('keeps two looks apart that came to the same verdict', () => {
    const look = (count: number) => decision('hold', { verdict: 'noData', noData: { rate: count }, checks: failing('rate', 'noData') });
    expect(transcript([look(1), look(2)])).toEqual([
      'Progressing 20% hold noData rate:noData:1',
      'Progressing 20% hold noData rate:noData:2',
    ]);
  });

  it('tells a repetition that changes nothing once', () => {
    const wait = decision('wait', { gate: { type: 'confirm-promotion', name: 'go', since: 1 } });
    expect(transcript([wait, wait, wait])).toEqual(['Progressing 20% wait gate:confirm-promotion']);
  });

  it('shows routes that are not what people are told', () => {
    expect(transcript([decision('advance', { routes: 40 })])).toEqual(['Progressing 20% (routes 40%) advance']);
  });
});
