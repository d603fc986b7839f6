import { aCanary } from '../testing/aSituation';
import { parseCanary } from '../canary/parseCanary';
import { formatSpan, formatValue } from './formatNumber';
import { judgeCheck } from './judgeCheck';
import { planChecks, type CheckSources } from './planChecks';
import { renderTemplate } from './renderTemplate';

const NB = '\u00a0';

test.each([
  [98.69, { min: 99 }, '%', 'fail', `98.69${NB}% is below 99${NB}%`, '98.69% < 99%'],
  [99, { min: 99 }, '%', 'pass', `99${NB}% is not below 99${NB}%`, ''],
  [101.004, { max: 100.5 }, '%', 'fail', `101${NB}% is above 100.5${NB}%`, '101.00% > 100.5%'],
  [1515.4, { max: 500 }, 'ms', 'fail', `1515.4${NB}ms is above 500${NB}ms`, '1.515s > 500ms'],
  [0.2, { max: 0.5 }, 'ms', 'pass', `0.2${NB}ms is not above 0.5${NB}ms`, ''],
  [500, { max: 500 }, 'ms', 'pass', `500${NB}ms is not above 500${NB}ms`, ''],
  [12.345, { max: 5 }, '', 'fail', '12.35 is above 5', '12.35 > 5'],
  [1, { min: 2, max: 3 }, '', 'fail', '1 is below 2', '1.00 < 2'],
  [2.5, { min: 2, max: 3 }, '', 'pass', '2.5 is between 2 and 3', ''],
  [7, {}, '', 'pass', '7', ''],
  [Number.POSITIVE_INFINITY, { max: 3 }, '', 'fail', 'Infinity is above 3', 'Infinity > 3'],
] as const)('%p against %j %s: %s', (value, bounds, unit, verdict, reason, comparison) => {
  expect(judgeCheck(value, bounds, unit)).toEqual({ verdict, reason, comparison });
});

test.each([
  [0, `0${NB}s`],
  [18_000, `18${NB}s`],
  [370_000, `6${NB}min${NB}10${NB}s`],
  [7_500_000, `2${NB}h${NB}5${NB}min`],
  [90_000_000, `1${NB}d${NB}1${NB}h`],
  [60_000, `1${NB}min`],
])('%i ms read as %s', (milliseconds, text) => {
  expect(formatSpan(milliseconds)).toBe(text);
});

test('values keep two decimals at most', () => {
  expect([formatValue(98.694, '%'), formatValue(5, ''), formatValue(0.1 + 0.2, 'ms')]).toEqual([`98.69${NB}%`, '5', `0.3${NB}ms`]);
});

describe('templates', () => {
  const model = {
    name: 'cd',
    namespace: 'ns',
    target: 'app',
    service: 'svc',
    ingress: 'ing',
    route: 'rt',
    interval: '1m',
    variables: { path: '/api' },
  };

  test.each([
    ['{{ name }}.{{namespace}} {{ target }} {{ service }} {{ ingress }} {{ route }} [{{ interval }}]', 'cd.ns app svc ing rt [1m]'],
    ['path="{{ variables.path }}" {{ (variables).path }}', 'path="/api" /api'],
    ['a {{- name -}} b', 'acdb'],
    ['a\n  {{- /* why */ -}}\n  b', 'ab'],
    ['sum(x{a="b"}) > {1}', 'sum(x{a="b"}) > {1}'],
    ['', ''],
  ])('%j renders to %j', (text, rendered) => {
    expect(renderTemplate(text, model)).toEqual({ text: rendered, error: null });
  });

  test.each([
    ['{{ printf "%s" namespace }}', /"\{\{ printf "%s" namespace \}\}" is outside the supported part/],
    ['{{ namespace | quote }}', /namespace \| quote/],
    ['{{ $x := name }}', /\$x := name/],
    ['{{ if name }}x{{ end }}', /if name/],
    ['{{ variables.missing }}', /names no entry of templateVariables; add "missing"/],
    ['{{ variables.constructor }}', /names no entry/],
    ['{{ name ', /is not closed/],
    ['{{ "}}" }}', /outside/],
  ])('%j is refused, naming the piece', (text, error) => {
    expect(renderTemplate(text, model)).toEqual({ text: null, error: expect.stringMatching(error) });
  });
});

describe('checks', () => {
  const sources: CheckSources = {
    provider: 'linkerd',
    queries: {
      'request-success-rate': 'rate{deployment=~"{{ target }}"}[{{ interval }}]',
      'request-duration': 'histogram_quantile(0.99, latency{ingress="{{ ingress }}"}[{{ interval }}])',
      durationUnit: 'seconds',
    },
    defaultSource: 'Prometheus',
    template: (name, namespace) =>
      name === 'errors'
        ? { query: `errors{ns="${namespace}",v="{{ variables.v }}"}`, source: 'Datadog' }
        : { field: 'f', message: `MetricTemplate ${name}.${namespace} does not exist`, kind: 'misconfigured' },
  };
  const plan = (metrics: unknown[], more: Partial<CheckSources> = {}) => {
    const { canary } = parseCanary(aCanary({ analysis: { interval: '10s', stepWeight: 10, metrics } }), { minInterval: 10_000 });
    return planChecks(canary, { ...sources, ...more });
  };

  test('of the router ask for canary and primary where the query names the workload', () => {
    expect(
      plan([
        { name: 'request-success-rate', interval: '30s' },
        { name: 'request-duration', threshold: 500 },
      ]),
    ).toMatchObject([
      {
        kind: 'builtIn',
        unit: '%',
        label: 'request success rate',
        provider: 'linkerd',
        source: 'Prometheus',
        query: { canary: 'rate{deployment=~"podinfo"}[30s]', primary: 'rate{deployment=~"podinfo-primary"}[30s]' },
      },
      {
        kind: 'builtIn',
        unit: 'ms',
        label: 'request duration p99',
        scale: 1000,
        query: { canary: 'histogram_quantile(0.99, latency{ingress="podinfo"}[1m])', primary: null },
      },
    ]);
  });

  test('from templates use the template of the given or the own namespace', () => {
    const [own, other] = plan([
      { name: 'e', templateRef: { name: 'errors' }, templateVariables: { v: '1' } },
      { name: 'e', templateRef: { name: 'errors', namespace: 'istio-system' }, templateVariables: { v: '1' } },
    ]);
    expect(own).toMatchObject({ kind: 'template', source: 'Datadog', query: { canary: 'errors{ns="test",v="1"}', primary: null } });
    expect(other.query?.canary).toContain('ns="istio-system"');
  });

  test('that cannot be asked say why', () => {
    const errors = plan(
      [
        { name: 'e', templateRef: { name: 'gone' } },
        { name: 'e', templateRef: { name: 'errors' } },
        { name: 'q', query: '{{ nope }}' },
        { name: 'request-success-rate' },
      ],
      { queries: null },
    ).map(({ query, error }) => [query, error?.message]);
    expect(errors).toEqual([
      [null, 'MetricTemplate gone.test does not exist'],
      [null, expect.stringContaining('add "v" there')],
      [null, expect.stringContaining('spec.analysis.metrics[2].query ("q")')],
      [null, expect.stringContaining('for which router linkerd has no query')],
    ]);
  });

  test('a metric with its own query does not use the built-in one of its name', () => {
    expect(plan([{ name: 'request-success-rate', query: 'up' }])[0]).toMatchObject({ kind: 'inline', unit: '', query: { canary: 'up' } });
  });
});
