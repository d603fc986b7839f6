import { parse } from 'yaml';
import { aCanary } from '../testing/aSituation';
import { parseCanary } from './parseCanary';

const DEFAULTS = { minInterval: 10_000 };
const read = (spec: Record<string, unknown>, more = {}) => parseCanary(aCanary(spec, more), DEFAULTS);
const analysis = (fields: Record<string, unknown>) => read({ analysis: { interval: '10s', threshold: 3, stepWeight: 10, ...fields } });
const messages = (result: ReturnType<typeof parseCanary>) => result.problems.map(({ message }) => message);

test('the Canary of the faces demo is read as printed', () => {
  const raw = parse(`
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: face, namespace: faces, uid: u, generation: 3, finalizers: [keep] }
spec:
  provider: linkerd
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: face }
  progressDeadlineSeconds: 60
  service: { port: 80, targetPort: http }
  analysis:
    interval: 10s
    threshold: 3
    maxWeight: 50
    stepWeight: 5
    metrics:
    - name: request-success-rate
      thresholdRange: { min: 70 }
      interval: 1m
    webhooks:
    - name: load-test
      type: rollout
      url: http://flagger-loadtester.flagger-system/
      metadata: { cmd: "hey -z 2m -q 10 -c 2 http://face-canary.faces/" }
`);
  const { canary, problems } = parseCanary(raw, DEFAULTS);
  expect(problems).toEqual([]);
  expect(canary).toMatchObject({
    namespace: 'faces',
    name: 'face',
    generation: 3,
    finalizers: ['keep'],
    deleting: false,
    importedStatus: null,
  });
  expect(canary.spec).toMatchObject({
    provider: 'linkerd',
    progressDeadline: 60_000,
    service: { name: 'face', port: 80, portName: 'http', targetPort: 'http' },
    analysis: { interval: 10_000, threshold: 3, steps: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50], iterations: 0 },
  });
  expect(canary.spec.analysis.metrics[0]).toMatchObject({ min: 70, interval: 60_000, intervalText: '1m' });
  expect(canary.spec.analysis.webhooks[0]).toMatchObject({ type: 'rollout', timeout: 10_000, retries: 0 });
});

test('the v1alpha3 Canary of podinfo is read as printed: canaryAnalysis, thresholds by kind of metric', () => {
  const raw = parse(`
apiVersion: flagger.app/v1alpha3
kind: Canary
metadata: { name: podinfo, namespace: test }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: podinfo }
  autoscalerRef: { apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, name: podinfo }
  progressDeadlineSeconds: 60
  service: { port: 9898, targetPort: 9898 }
  canaryAnalysis:
    interval: 30s
    threshold: 5
    maxWeight: 50
    stepWeight: 5
    metrics:
    - { name: request-success-rate, threshold: 99, interval: 1m }
    - { name: request-duration, threshold: 500, interval: 30s }
    webhooks:
    - { name: acceptance-test, type: pre-rollout, url: "http://flagger-loadtester.test/", timeout: 30s, metadata: { type: bash, cmd: "curl" } }
    - { name: load-test, type: rollout, url: "http://flagger-loadtester.test/", metadata: { cmd: "hey" } }
`);
  const { canary, problems } = parseCanary(raw, DEFAULTS);
  expect(problems).toEqual([]);
  expect(canary.spec.provider).toBeUndefined();
  const [success, duration] = canary.spec.analysis.metrics;
  expect(success).toMatchObject({ min: 99 });
  expect(success).not.toHaveProperty('max');
  expect(duration).toMatchObject({ max: 500, interval: 30_000 });
  expect(duration).not.toHaveProperty('min');
  expect(canary.spec.analysis.webhooks[0].timeout).toBe(30_000);
});

// facts §3.2
test.each([
  [{ stepWeight: 10, maxWeight: 50 }, [10, 20, 30, 40, 50]],
  [{ stepWeight: 20, maxWeight: 50 }, [20, 40, 60]],
  [{ stepWeight: 30, maxWeight: 50 }, [30, 60]],
  [{ stepWeight: 40 }, [40, 80, 100]],
  [{ stepWeight: 100 }, [100]],
  [{ stepWeight: undefined, stepWeights: [1, 2, 10, 80], maxWeight: 50 }, [1, 2, 10, 80]],
  [{ stepWeight: undefined, stepWeights: [10, 50, 120] }, [10, 50, 100]],
  [{ stepWeight: undefined, stepWeights: [50, 120, 150] }, [50, 100]],
  [{ stepWeight: undefined, iterations: 5 }, []],
])('%j gives the steps %j', (fields, steps) => {
  const result = analysis(fields);
  expect(result.problems).toEqual([]);
  expect(result.canary.spec.analysis.steps).toEqual(steps);
});

test.each([
  [{ maxWeight: 120 }, 'spec.analysis.maxWeight', /maxWeight is 120; it must be a percentage/],
  [{ stepWeight: undefined, stepWeights: [50, 25] }, 'spec.analysis.stepWeights[1]', /has 25 after 50/],
  [{ stepWeight: undefined, stepWeights: [10, 10] }, 'spec.analysis.stepWeights[1]', /has 10 after 10/],
  [{ stepWeight: undefined, stepWeights: [0, 10] }, 'spec.analysis.stepWeights[0]', /has 0 after 0/],
  [{ iterations: 5 }, 'spec.analysis.stepWeight', /has iterations and stepWeight; keep one/],
  [{ interval: 'soon' }, 'spec.analysis.interval', /"soon"; it must be a duration such as 30s/],
  [{ threshold: '5' }, 'spec.analysis.threshold', /is "5"; it must be a number/],
  [{ stepWeightPromotion: 200 }, 'spec.analysis.stepWeightPromotion', /is 200/],
  [{ metrics: [{ interval: '1m' }] }, 'spec.analysis.metrics[0].name', /is missing; it must be a string/],
  [{ metrics: [{ name: 'mine' }] }, 'spec.analysis.metrics[0]', /has no templateRef and no query/],
  [{ metrics: [{ name: 'request-duration' }] }, 'spec.analysis.metrics[0].thresholdRange', /every request would be too slow/],
  [
    { metrics: [{ name: 'm', query: 'q', thresholdRange: { min: 3, max: 1 } }] },
    'spec.analysis.metrics[0].thresholdRange',
    /no value can pass/,
  ],
  [
    { metrics: [{ name: 'm', query: 'q', onNoData: { action: 'panic' } }] },
    'spec.analysis.metrics[0].onNoData.action',
    /"panic"; it must be one of hold, rollback, continue/,
  ],
  [{ webhooks: [{ name: 'h', url: 'loadtester' }] }, 'spec.analysis.webhooks[0].url', /begins with http/],
  [{ webhooks: [{ name: 'h', url: 'http://a', type: 'pre-flight' }] }, 'spec.analysis.webhooks[0].type', /it must be one of/],
  [{ webhooks: [{ name: 'h', url: 'http://a', timeout: 'x1' }] }, 'spec.analysis.webhooks[0].timeout', /duration/],
  [{ alerts: [{ name: 'a', providerRef: {} }] }, 'spec.analysis.alerts[0].providerRef.name', /missing/],
  [{ sessionAffinity: { cookieName: 'a', primaryCookieName: 'a' } }, 'spec.analysis.sessionAffinity.primaryCookieName', /same cookie name/],
])('%j is refused at %s', (fields, field, message) => {
  const { problems } = analysis(fields);
  expect(problems).toEqual([{ field, message: expect.stringMatching(message), kind: 'misconfigured' }]);
});

test.each([
  [
    { targetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'x' } },
    'unsupported',
    /DaemonSet; this engine rolls out Deployments only/,
  ],
  [{ targetRef: { apiVersion: 'v1', kind: 'Service', name: 'x' } }, 'unsupported', /is Service/],
  [{ provider: 'knative' }, 'misconfigured', /can't use apps\/v1\/Deployment as target if provider is set to knative/],
  [{ targetRef: undefined }, 'misconfigured', /spec.targetRef is missing; it must be an object/],
  [{ service: { port: 0 } }, 'misconfigured', /spec.service.port is 0; it must be at least 1/],
  [{ service: undefined }, 'misconfigured', /spec.service is missing/],
  [{ analysis: undefined }, 'misconfigured', /spec.analysis is missing/],
  [{ progressDeadlineSeconds: 0 }, 'misconfigured', /progressDeadlineSeconds is 0/],
  [
    { autoscalerRef: { apiVersion: 'v1', kind: 'VerticalPodAutoscaler', name: 'x' } },
    'misconfigured',
    /it must be one of HorizontalPodAutoscaler, ScaledObject/,
  ],
])('%j is %s', (spec, kind, message) => {
  expect(read(spec).problems).toEqual([{ field: expect.any(String), message: expect.stringMatching(message), kind }]);
});

test('several faults are all named, and the rest of the Canary is still read', () => {
  const result = analysis({ threshold: '5', metrics: [{ name: 5 }, { name: 'request-success-rate', threshold: 95 }], interval: '30s' });
  expect(result.problems.map(({ field }) => field)).toEqual(['spec.analysis.threshold', 'spec.analysis.metrics[0].name']);
  expect(result.canary.spec.analysis).toMatchObject({
    interval: 30_000,
    threshold: 1,
    metrics: [{ name: 'request-success-rate', min: 95 }],
  });
});

test('a spec that is no object at all is refused without an exception', () => {
  expect(messages(parseCanary(aCanary({}, { spec: 'nonsense' }), DEFAULTS)).length).toBeGreaterThan(0);
});

test('gaps are filled as Flagger fills them', () => {
  const { canary, problems } = analysis({
    interval: undefined,
    threshold: 0,
    metrics: [{ name: 'm', query: 'q' }],
    alerts: [{ name: 'a', severity: '', providerRef: { name: 'p' } }],
    webhooks: [{ name: 'h', url: 'http://a', type: '', timeout: '5' }],
  });
  expect(problems).toEqual([]);
  expect(canary.spec).toMatchObject({ progressDeadline: 60_000, skipAnalysis: false, revertOnDeletion: false, suspend: false });
  expect(canary.spec.analysis).toMatchObject({
    interval: 60_000,
    threshold: 1,
    metrics: [{ max: 0, intervalText: '1m', onNoData: { action: 'rollback', limit: null } }],
    alerts: [{ severity: 'info' }],
    webhooks: [{ type: 'rollout', timeout: 10_000 }],
  });
});

test.each([
  ['5s', 10_000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
])('an interval of %s runs every %i ms', (interval, milliseconds) => {
  expect(analysis({ interval }).canary.spec.analysis.interval).toBe(milliseconds);
});

test('nulls, as an edited manifest may hold, count as absent', () => {
  expect(analysis({ metrics: null, webhooks: null, maxWeight: null }).problems).toEqual([]);
});

test('a status that somebody else wrote is read leniently', () => {
  const status = { phase: 'Progressing', canaryWeight: 20, failedChecks: '2', lastAppliedSpec: '85d557f47b', conditions: [] };
  expect(read({}, { status }).canary.importedStatus).toEqual({ phase: 'Progressing', canaryWeight: 20, lastAppliedSpec: '85d557f47b' });
  expect(read({}, { status: { phase: 'Dancing' } }).canary.importedStatus?.phase).toBeUndefined();
});
