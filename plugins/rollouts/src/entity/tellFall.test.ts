import { failed } from '../../dev/fixtures';
import { tellFall } from './tellFall';

const { decisions } = failed(0);

describe('tellFall', () => {
  it('tells the way down in order: the last step that stood, every failed look, the rollback, what followed', () => {
    const moments = tellFall(decisions, 5);
    expect(moments.map((moment) => moment.at)).toEqual([...moments.map((moment) => moment.at)].sort((one, other) => one - other));
    expect(moments[0].text).toContain('Weight reached 25');
    expect(moments[1].note).toBe('1 of 5 failures used');
    expect(moments.map((moment) => moment.text).slice(-2)).toEqual([decisions[1].reason, decisions[0].reason]);
  });

  it('does not say the same twice', () => {
    const again = { ...decisions[0], sequence: 99, at: decisions[0].at + 1 };
    expect(tellFall([again, ...decisions], 5)).toHaveLength(tellFall(decisions, 5).length);
  });

  it('tells a long fall in few lines, without its beginning or its end being lost', () => {
    const last = decisions.find((decision) => decision.kind === 'hold')!;
    const many = Array.from({ length: 20 }, (_, index) => ({
      ...last,
      sequence: 100 + index,
      at: last.at + index,
      reason: `Held for the reason ${index}.`,
    }));
    const moments = tellFall([...decisions.slice(0, 2), ...many.reverse(), ...decisions.slice(2)], 5);
    expect(moments).toHaveLength(8);
    expect(moments[0].text).toContain('Weight reached');
    expect(moments[2].text).toMatch(/^\d+ more until then$/);
    expect(moments.at(-1)!.text).toBe(decisions[0].reason);
  });
});
