import fc from 'fast-check';
import { RANDOM_METRICS } from './randomSeries';

const text = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''));
const one = (...texts: string[]) => fc.constantFrom(...texts);
const duration = fc.oneof(
  one('5s', '10s', '15s', '30s', '1m', '2m', '5m', '7m30s'),
  fc.integer({ min: 1, max: 400_000 }).map((ms) => `${ms}ms`),
);
const number = fc.oneof(
  one('0', '1', '2', '100', '0.5', '-1', '-2.5', '1e3', 'Inf', '-Inf', 'NaN'),
  fc.integer({ min: -50, max: 1000 }).map(String),
);
const labelsList = one('', 'pod', 'code', 'pod, code', 'le', 'pod, le', 'nothing');
const offset = fc.oneof({ weight: 4, arbitrary: one('') }, text(one(' offset ', ' offset -'), duration));
const at = fc.oneof({ weight: 6, arbitrary: one('') }, one(' @ 1704074000', ' @ start()', ' @ end()'));
const matchers = one('', '', '{pod="a"}', '{pod!="a"}', '{code=~"5.."}', '{code=""}', '{pod=~"a|b", code!~"2.*"}', '{pod="nobody"}');
const metric = one(...RANDOM_METRICS);
// Prometheus 2.42 itself errs in `timestamp(x @ t offset -1m)`: it does not look further than t.
const when = fc.oneof(text(at, one('', ' offset 1m')), offset);
const selector = text(metric, matchers, when);
const range = text(metric, matchers, one('['), duration, one(']'), when);
const parenthesised = (inner: fc.Arbitrary<string>) => text(one('('), inner, one(')'));

const rangeFunctions =
  'rate increase delta irate idelta changes resets avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time present_over_time stddev_over_time';

/** PromQL by chance over `randomSeries`; every one is well-formed, though its series may not match. */
export const randomQuery: fc.Arbitrary<string> = fc.letrec<{ vector: string }>((tie) => {
  const vector = tie('vector');
  return {
    vector: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      selector,
      text(one(...rangeFunctions.split(' ')), parenthesised(range)),
      text(one('quantile_over_time('), number, one(', '), range, one(')')),
      text(
        one(...rangeFunctions.split(' ')),
        one('('),
        parenthesised(vector),
        one('['),
        one('2m', '5m', '7m30s'),
        one(':'),
        one('30s', '17s', '1m', ''),
        one('])'),
      ),
      text(one('sum', 'avg', 'min', 'max', 'count', 'group'), one(' by (', ' without ('), labelsList, one(') '), parenthesised(vector)),
      text(one('sum', 'avg', 'min', 'max', 'count'), parenthesised(vector)),
      text(one('quantile by (pod) ('), number, one(', '), vector, one(')')),
      text(one('topk', 'bottomk'), one(' (', ' by (pod) ('), one('1', '2', '0', '20'), one(', rnd_plain'), offset, one(')')),
      text(
        one('histogram_quantile('),
        number,
        one(', sum by (le'),
        one('', ', pod', ', code'),
        one(') (rate(rnd_bucket['),
        duration,
        one('])))'),
      ),
      text(one('histogram_quantile('), number, one(', '), vector, one(')')),
      text(one('abs', 'ceil', 'floor', 'sqrt', 'sgn', '-', 'round', 'timestamp', 'absent', 'sort'), parenthesised(vector)),
      text(one('clamp_min', 'clamp_max', 'round'), one('('), vector, one(', '), number, one(')')),
      text(one('clamp('), vector, one(', '), number, one(', '), number, one(')')),
      text(one('vector(scalar('), vector, one('))')),
      text(parenthesised(vector), one(' + ', ' - ', ' * ', ' / ', ' % ', ' > ', ' <= ', ' == ', ' != bool ', ' < bool '), number),
      text(number, one(' - ', ' / ', ' >= ', ' < bool '), parenthesised(vector)),
      text(
        parenthesised(vector),
        one(' + ', ' - ', ' * ', ' / ', ' > ', ' == ', ' >= bool '),
        one(
          '',
          '',
          'on (pod) ',
          'on (pod, code) ',
          'ignoring (le) ',
          'ignoring (code) group_left ',
          'on (pod) group_left ',
          'on (pod) group_right (code) ',
        ),
        parenthesised(vector),
      ),
      text(parenthesised(vector), one(' and ', ' or ', ' unless '), one('', '', 'on (pod) ', 'ignoring (code) '), parenthesised(vector)),
      text(one('label_replace('), vector, one(', "pod", "x$1", "code", "(.*)0")', ', "to", "$1-$2", "pod", "(a|b)(.*)")')),
    ),
  };
}).vector;
