import { failed, idleRollout, progressing, waiting } from '../../dev/fixtures';
import { plotModel } from './plotModel';

const NOW = 1_800_000_000_000;

describe('plotModel', () => {
  it('is nothing before anything was decided', () => {
    expect(plotModel(idleRollout(NOW), [], NOW)).toBeNull();
  });

  it('shows the past up to now and about a quarter of it of what is to come, at least two looks', () => {
    const { rollout, decisions } = progressing(NOW);
    const model = plotModel(rollout, decisions, NOW)!;
    expect(model.now).toBe(NOW);
    expect(model.start).toBe(rollout.startedAt);
    expect(model.end - NOW).toBeGreaterThanOrEqual(2 * rollout.interval);
    expect(model.end - NOW).toBeGreaterThanOrEqual((NOW - model.start) * 0.25);
  });

  it('keeps a weight until the next one', () => {
    const { rollout, decisions } = progressing(NOW);
    expect(plotModel(rollout, decisions, NOW)!.weights.map((point) => point.weight)).toEqual([0, 5, 10, 15, 20, 20]);
  });

  it('plans one step per interval, beginning with the next look', () => {
    const { rollout, decisions } = progressing(NOW);
    const { plan } = plotModel(rollout, decisions, NOW)!;
    expect(plan[0]).toEqual({ at: NOW, weight: 20 });
    expect(plan[1]).toEqual({ at: rollout.dueAt, weight: 25 });
    expect(plan[2]).toEqual({ at: rollout.dueAt! + rollout.interval, weight: 30 });
  });

  it('plans nothing while a person is waited for', () => {
    const { rollout, decisions } = waiting(NOW);
    expect(plotModel(rollout, decisions, NOW)!.plan).toEqual([]);
    const { rollout: moving, decisions: made } = progressing(NOW);
    expect(plotModel({ ...moving, paused: { by: '', why: '', at: 0 } }, made, NOW)!.plan).toEqual([]);
  });

  it('leaves a gap where nothing was measured, and takes the last value that was', () => {
    const { rollout, decisions } = progressing(NOW);
    const [rate, duration] = plotModel(rollout, decisions, NOW)!.checks;
    expect(duration.points.map((point) => point.value)).toEqual([371, 379, null, 393, 402, 408, 412]);
    expect(rate.points.map((point) => point.verdict)).toEqual(['pass', 'pass', 'pass', 'pass', 'fail', 'error', 'fail']);
    expect(rate.last!.value).toBe(98.69);
  });

  it('does not draw webhooks', () => {
    const { rollout, decisions } = progressing(NOW);
    expect(plotModel(rollout, decisions, NOW)!.checks.map((check) => check.name)).toEqual(['request-success-rate', 'request-duration-p99']);
  });

  it('ends soon after a rollback and marks it', () => {
    const { rollout, decisions } = failed(NOW);
    const model = plotModel(rollout, decisions, NOW)!;
    expect(model.now).toBeNull();
    expect(model.fellAt).toBe(rollout.endedAt);
    expect(model.end).toBeLessThan(rollout.endedAt! + 60_000);
    expect(model.weights.at(-1)!.weight).toBe(0);
  });

  it('finds limits of an earlier rollout in its own decisions', () => {
    const { rollout, decisions } = progressing(NOW);
    const past = { startedAt: rollout.startedAt!, endedAt: NOW, maxWeight: 20 };
    const model = plotModel({ ...rollout, checks: [] }, decisions, NOW, past)!;
    expect(model.topWeight).toBe(20);
    expect(model.checks.map(({ min, max }) => [min, max])).toEqual([
      [99, null],
      [null, 500],
    ]);
  });
});
