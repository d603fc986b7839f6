import { waiting } from '../../dev/fixtures';
import { foldDecisions } from './foldDecisions';

const { decisions } = waiting(0);

describe('foldDecisions', () => {
  it('shows looks in a row that came out alike as one, with the numbers of the newest', () => {
    const [first, second] = foldDecisions(decisions);
    expect(first.decision).toBe(decisions[0]);
    expect(first.count).toBeGreaterThan(10);
    expect(first.firstAt).toBeLessThan(first.decision.at);
    expect(second.count).toBe(1);
  });

  it('loses none', () => {
    expect(foldDecisions(decisions).reduce((sum, group) => sum + group.count, 0)).toBe(decisions.length);
  });

  it('keeps the name of a group while newer looks join it, so that an unfolded row stays unfolded', () => {
    expect(foldDecisions(decisions.slice(1))[0].firstSequence).toBe(foldDecisions(decisions)[0].firstSequence);
  });

  it('tells a failed look from one that passed', () => {
    expect(
      foldDecisions(decisions.map((decision, index) => ({ ...decision, verdict: index === 3 ? 'fail' : decision.verdict })))[0].count,
    ).toBe(3);
  });
});
