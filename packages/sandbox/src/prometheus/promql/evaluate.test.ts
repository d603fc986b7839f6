import fc from 'fast-check';
import { instantQuery } from '../instantQuery';
import { SampleStore } from '../SampleStore';

// Samples are written as `name{labels} v v v …`, one every 10 s from 0 s on; `_` leaves one out.
function storeOf(...lines: string[]): SampleStore {
  const store = new SampleStore(Infinity);
  for (const line of lines) {
    const [, name, inner = '', values] = /^(\w+)(?:\{(.*?)\})?\s+(.*)$/.exec(line)!;
    const labels = Object.fromEntries([...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]));
    values.split(' ').forEach((value, index) => {
      if (value !== '_') store.append({ __name__: name, ...labels }, index * 10_000, Number(value));
    });
  }
  return store;
}

// `{labels} value` per element, sorted.
function run(store: SampleStore, query: string, seconds = 60): string[] | string {
  const data = instantQuery(store, query, seconds * 1000);
  if (data.resultType === 'scalar' || data.resultType === 'string') return data.result[1];
  if (data.resultType === 'matrix') return data.result.map((series) => series.values.map(([, value]) => value).join(' '));
  return data.result
    .map(({ metric, value }) => {
      const { __name__: name = '', ...labels } = metric;
      const inner = Object.entries(labels)
        .sort()
        .map(([label, text]) => `${label}=${text}`);
      return `${name}{${inner.join(',')}} ${value[1]}`;
    })
    .sort();
}

const STORE = storeOf(
  'req{pod="a",code="200"} 0 80 160 240 320 400 480',
  'req{pod="a",code="500"} 0 20 40 60 80 100 120',
  'req{pod="b",code="200"} 0 10 20 30 40 50 60',
  'temp{room="x"} 10 12 14 13 12 11 10',
  'temp{room="y"} -4 _ _ _ _ _ -1',
  'size{room="x",floor="1"} 7 7 7 7 7 7 7',
  'size{room="y",floor="2"} 9 9 9 9 9 9 9',
  'old{a="1"} 5',
  'reset_total 10 20 30 5 15 25 35',
  'one{a="1"} 1',
  'other{a="1"} 2',
);

describe('selectors', () => {
  it.each([
    ['temp', ['temp{room=x} 10', 'temp{room=y} -1']],
    ['temp{room="x"}', ['temp{room=x} 10']],
    ['temp{room!="x"}', ['temp{room=y} -1']],
    ['temp{room=~"x|z"}', ['temp{room=x} 10']],
    ['temp{room=~"."}', ['temp{room=x} 10', 'temp{room=y} -1']],
    ['temp{room!~"x.*",}', ['temp{room=y} -1']],
    ['{__name__=~"te.*", room="x"}', ['temp{room=x} 10']],
    ['temp{nothing=""}', ['temp{room=x} 10', 'temp{room=y} -1']],
    ['temp{room="x"} offset 30s', ['temp{room=x} 13']],
    ['-temp{room="x"} offset 30s', ['{room=x} -13']],
    ['temp{room="x"}[20s]', ['12 11 10']],
    ['temp{room="x"}[19s]', ['11 10']],
    ['temp{room="x"} @ 20', ['temp{room=x} 14']],
    ['temp - temp offset 30s', ['{room=x} -3', '{room=y} 3']],
    ['absent_metric', []],
  ])('%s', (query, expected) => expect(run(STORE, query)).toEqual(expected));

  it('forgets a series more than five minutes after its last sample', () => {
    expect(run(STORE, 'old', 300)).toEqual(['old{a=1} 5']);
    expect(run(STORE, 'old', 300.001)).toEqual([]);
  });

  it('ends a series at once when its target stops exposing it', () => {
    const store = new SampleStore();
    store.scrape('mesh', 0, [{ labels: { __name__: 'up', pod: 'a' }, value: 1 }]);
    store.scrape('mesh', 5000, []);
    expect(run(store, 'up', 4)).toEqual(['up{pod=a} 1']);
    expect(run(store, 'up', 5)).toEqual([]);
    expect(run(store, 'count_over_time(up[1m])', 5)).toEqual(['{pod=a} 1']);
  });
});

describe("rate and its family, with Prometheus' extrapolation", () => {
  it.each([
    // Window 0 … 60 s: seven samples, both ends belong to it; all 60 s are sampled.
    ['rate(req{code="200",pod="a"}[1m])', 60, '8'],
    ['increase(req{code="200",pod="a"}[1m])', 60, '480'],
    // Window 5 … 65 s: starts 5 s before the first sample, ends 5 s after the last: 50 → 60 s.
    ['increase(req{code="200",pod="a"}[1m])', 65, '480'],
    // Window 31 … 90 s: samples 40, 50, 60; the end is 30 s away: half a step. 20 + 9 + 5 s: 160 × 34/20.
    ['increase(req{code="200",pod="a"}[59s])', 90, '272'],
    // Counter resets 30 → 5 once: 35 - 10 + 30 over 0 … 60 s.
    ['increase(reset_total[1m])', 60, '55'],
    // temp y has samples at 0 and 60 s; only one inside 1 … 60 s.
    ['delta(temp{room="y"}[59s])', 60, undefined],
    // -1 … 60 s: from -4 to -1, 60 s sampled, 1 s to the start: 3 × 61/60.
    ['delta(temp{room="y"}[61s])', 60, '3.05'],
    ['irate(req{pod="b"}[1m])', 60, '1'],
    ['irate(reset_total[25s])', 30, '0.5'],
    ['idelta(temp{room="x"}[1m])', 60, '-1'],
    ['max_over_time(temp{room="x"}[1m])', 60, '14'],
    ['min_over_time(temp{room="x"}[1m])', 60, '10'],
    ['avg_over_time(temp{room="x"}[59s])', 60, '12'],
    ['sum_over_time(temp{room="x"}[20s])', 60, '33'],
    ['changes(temp{room="x"}[1m])', 60, '6'],
    ['resets(reset_total[1m])', 60, '1'],
    ['deriv(temp{room="x"}[20s])', 60, '-0.1'],
    ['predict_linear(temp{room="x"}[20s], 60)', 60, '4'],
    ['quantile_over_time(0.5, temp{room="x"}[1m])', 60, '12'],
    ['max_over_time(sum(req)[40s:20s])', 60, '660'],
    ['avg_over_time(temp{room="x"}[40s:20s])', 60, '12'],
    ['last_over_time(temp{room="x"}[20s])', 60, '10'],
  ])('%s at %d s is %s', (query, at, expected) => {
    expect((run(STORE, query, at) as string[]).map((line) => line.split(' ')[1])).toEqual(expected === undefined ? [] : [expected]);
  });

  it('does not stretch a counter back beyond its zero', () => {
    // Samples 1 and 101 at 10 and 20 s: zero was 0.1 s before the first, so 10.1 s and not 20 s count.
    expect(run(storeOf('young_total _ 1 101'), 'increase(young_total[20s])', 20)).toEqual(['{} 101']);
  });

  it('gives the exact rate of any steady counter scraped at any phase', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 4999 }), (perSecond, phase) => {
        const store = new SampleStore();
        for (let t = phase; t <= 120_000; t += 5000) store.append({ __name__: 'c' }, t, 1e6 + (perSecond * t) / 1000);
        const [line] = run(store, 'rate(c[1m])', 120) as string[];
        expect(Number(line.split(' ')[1])).toBeCloseTo(perSecond, 6);
      }),
    );
  });
});

describe('aggregation and arithmetic', () => {
  it.each([
    ['sum(req)', ['{} 660']],
    ['sum by (pod) (req)', ['{pod=a} 600', '{pod=b} 60']],
    ['sum(req) by (pod)', ['{pod=a} 600', '{pod=b} 60']],
    ['sum without (code) (req)', ['{pod=a} 600', '{pod=b} 60']],
    ['avg(req)', ['{} 220']],
    ['min(req)', ['{} 60']],
    ['max by (nothing) (req)', ['{} 480']],
    ['count(req)', ['{} 3']],
    ['topk(1, req)', ['req{code=200,pod=a} 480']],
    ['bottomk by (pod) (1, req)', ['req{code=200,pod=b} 60', 'req{code=500,pod=a} 120']],
    ['quantile(0.5, req)', ['{} 120']],
    ['stddev(size)', ['{} 1']],
    ['count_values("n", size)', ['{n=7} 1', '{n=9} 1']],
    ['sum(absent_metric)', []],
    ['1 + 2 * 3 ^ 2', '19'],
    ['-2 ^ 2', '-4'],
    ['2 ^ 3 ^ 2', '512'],
    ['7 % 4', '3'],
    ['1 / 0', '+Inf'],
    ['0x1F', '31'],
    ['(1 + 2) * 3', '9'],
    ['010', '8'],
    ['"text"', 'text'],
    ['1 == bool 1', '1'],
    ['temp > 0', ['temp{room=x} 10']],
    ['temp > bool 0', ['{room=x} 1', '{room=y} 0']],
    ['0 < temp', ['temp{room=x} 10']],
    ['temp * 2', ['{room=x} 20', '{room=y} -2']],
    ['sum(req{code!="500"}) / sum(req) * 100', ['{} 81.81818181818183']],
    ['temp * on(room) size', ['{room=x} 70', '{room=y} -9']],
    ['temp * ignoring(floor) size', ['{room=x} 70', '{room=y} -9']],
    ['temp * on(room) group_left(floor) size', ['{floor=1,room=x} 70', '{floor=2,room=y} -9']],
    ['size * on(room) group_right temp', ['{room=x} 70', '{room=y} -9']],
    ['req / on(pod) group_left sum by (pod) (req) ', ['{code=200,pod=a} 0.8', '{code=200,pod=b} 1', '{code=500,pod=a} 0.2']],
    ['temp < on(room) size', ['temp{room=y} -1'].map((line) => line.replace('temp', ''))],
    ['temp and on(room) size{floor="1"}', ['temp{room=x} 10']],
    ['temp unless on(room) size{floor="1"}', ['temp{room=y} -1']],
    ['temp{room="x"} or size', ['size{floor=1,room=x} 7', 'size{floor=2,room=y} 9', 'temp{room=x} 10']],
    ['sum(absent_metric) or vector(0)', ['{} 0']],
    ['vector(1)', ['{} 1']],
    ['scalar(temp{room="x"})', '10'],
    ['scalar(temp)', 'NaN'],
    ['abs(temp{room="y"})', ['{room=y} 1']],
    ['clamp_max(temp, 3)', ['{room=x} 3', '{room=y} -1']],
    ['clamp_min(temp, 3)', ['{room=x} 10', '{room=y} 3']],
    ['round(vector(2.5))', ['{} 3']],
    ['round(vector(17), 5)', ['{} 15']],
    ['time()', '60'],
    ['clamp(temp, 0, 3)', ['{room=x} 3', '{room=y} 0']],
    ['sqrt(size{room="y"})', ['{floor=2,room=y} 3']],
    ['minute(vector(3599))', ['{} 59']],
    ['label_replace(old, "b", "a-$1", "a", "(.*)")', ['old{a=1,b=a-1} 5']],
    ['label_join(old, "b", "-", "a", "a")', ['old{a=1,b=1-1} 5']],
    ['absent(temp)', []],
    ['absent(nope{a="1", b=~"x"})', ['{a=1} 1']],
  ])('%s', (query, expected) => expect(run(STORE, query)).toEqual(expected));

  it.each([
    ['temp + on(nothing) size', /many-to-many matching not allowed/],
    ['req / on(pod) sum by (pod) (req)', /many-to-one matching must be explicit/],
    ['1 > 2', /comparisons between scalars must use BOOL/],
    ['1 and 2', /set operator "and" not allowed/],
    ['{room=""}', /at least one non-empty matcher/],
    ['temp{room=~"("}', /error parsing regexp/],
    ['sum(req, req)', /expected 1, got 2/],
    ['clamp_max(temp)', /expected 2 argument/],
    ['nosuch(temp)', /parse error/],
    ['sum(temp) offset 5m', /offset modifier must be preceded/],
    ['1h30m', /parse error: unexpected "1h30m"/],
    ['temp[60]', /expected duration/],
    ['abs({__name__=~"one|other"})', /same labelset/],
    ['holt_winters(temp[5m], 0.5, 0.5)', /the function holt_winters\(\) is not supported/],
  ])('refuses %s', (query, message) => expect(() => run(STORE, query)).toThrow(message));
});

describe('histogram_quantile', () => {
  const histogram = storeOf(
    'h_bucket{le="10"} 10',
    'h_bucket{le="20"} 60',
    'h_bucket{le="50"} 100',
    'h_bucket{le="+Inf"} 100',
    'g_bucket{le="10"} 5',
    'g_bucket{le="+Inf"} 10',
    'n_bucket{le="10"} 5',
    'z_bucket{le="10"} 0',
    'z_bucket{le="+Inf"} 0',
  );
  it.each([
    ['histogram_quantile(0.5, h_bucket)', ['{} 18']],
    ['histogram_quantile(0.05, h_bucket)', ['{} 5']],
    ['histogram_quantile(0.8, h_bucket)', ['{} 35']],
    ['histogram_quantile(1, h_bucket)', ['{} 50']],
    ['histogram_quantile(0.99, g_bucket)', ['{} 10']],
    ['histogram_quantile(0.5, n_bucket)', ['{} NaN']],
    ['histogram_quantile(0.5, z_bucket)', ['{} NaN']],
    ['histogram_quantile(-1, h_bucket)', ['{} -Inf']],
    ['histogram_quantile(2, h_bucket)', ['{} +Inf']],
    ['histogram_quantile(0.5, sum(h_bucket) by (le))', ['{} 18']],
  ])('%s', (query, expected) => expect(run(histogram, query, 1)).toEqual(expected));
});
