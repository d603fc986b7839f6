import { aSituation, START } from '../testing/aSituation';
import { blankState } from './blankState';
import { beginPass, decide, isNews, noticed } from './Pass';

/** A pass at `now`, an interval being 10 s; `told` was told at START. */
function passAt(now: number, told?: string) {
  const notices: Record<string, string> = told === undefined ? {} : { target: told };
  const noticedAt: Record<string, number> = told === undefined ? {} : { target: START };
  const state = { ...blankState(START), notices, noticedAt };
  return beginPass(aSituation({ now, state }), state, []);
}

describe('a text that changes with every pod', () => {
  test.each([
    ['is told on entry', undefined, 0, true, []],
    ['is not told again while it is the same', '1 of 3', 60_000, false, []],
    ['waits for the interval when it changes', '0 of 3', 4_000, false, [START + 10_000]],
    ['is told when the interval has passed', '0 of 3', 10_000, true, []],
  ])('%s', (_, told, after, news, wakes) => {
    const pass = passAt(START + after, told);
    expect(isNews(pass, 'target', '1 of 3')).toBe(news);
    expect(pass.wakes).toEqual(wakes);
  });
});

test('a decision remembers when each text was told, and forgets it with the text', () => {
  const first = decide(passAt(START + 7_000, '0 of 3'), {
    kind: 'notice',
    reason: '',
    state: { notices: { target: '0 of 3', primary: 'new' } },
  });
  expect(first.kind === 'decide' && first.decision.state.noticedAt).toEqual({ target: START, primary: START + 7_000 });
  const pass = passAt(START + 7_000, '0 of 3');
  const second = decide(pass, { kind: 'notice', reason: '', state: { notices: noticed(pass.state.notices, 'target', null) } });
  expect(second.kind === 'decide' && second.decision.state.noticedAt).toEqual({});
});
