import { EngineMetrics, type DecidedStep } from './EngineMetrics';

let metrics: EngineMetrics;

beforeEach(() => {
  metrics = new EngineMetrics({ version: '1.2.3', meshProvider: 'linkerd' });
});

const step: DecidedStep = {
  namespace: 'test',
  canary: 'podinfo',
  target: 'podinfo',
  phase: 'Progressing',
  strategy: 'canary',
  weight: 20,
  values: [
    { metric: 'request-success-rate', value: 99.5 },
    { metric: 'request-duration', value: 250 },
  ],
  ended: null,
  skipped: false,
  took: 40,
};

/** Lines of the metrics page that are about our own figures. */
async function lines(start = 'flagger_'): Promise<string[]> {
  return (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(start));
}

it('has Flagger’s names, labels and units', async () => {
  metrics.decided(step);
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'flagger_info{version="1.2.3",mesh_provider="linkerd"} 1',
      'flagger_canary_status{name="podinfo",namespace="test"} 0',
      'flagger_canary_weight{workload="podinfo",namespace="test"} 20',
      'flagger_canary_weight{workload="podinfo-primary",namespace="test"} 80',
      'flagger_canary_metric_analysis{name="podinfo",namespace="test",metric="request-success-rate"} 99.5',
      'flagger_canary_metric_analysis{name="podinfo",namespace="test",metric="request-duration"} 0.25',
      'flagger_canary_duration_seconds_sum{name="podinfo",namespace="test"} 0.04',
    ]),
  );
});

it.each([
  ['Failed', 'failed', 2, 'flagger_canary_failures_total'],
  ['Succeeded', 'succeeded', 1, 'flagger_canary_successes_total'],
] as const)('counts a rollout that is %s once', async (phase, ended, status, counter) => {
  metrics.decided({ ...step, phase, ended, weight: 0 });
  metrics.decided({ ...step, phase, ended: null, weight: 0 });
  const labels = 'name="podinfo",namespace="test",deployment_strategy="canary",analysis_status="completed"';
  expect(await lines(counter)).toEqual([`${counter}{${labels}} 1`]);
  expect(await lines('flagger_canary_status')).toEqual([`flagger_canary_status{name="podinfo",namespace="test"} ${status}`]);
});

it('forgets the series of a Canary that is gone, and only those', async () => {
  metrics.decided(step);
  metrics.decided({ ...step, canary: 'face', target: 'face' });
  metrics.forget('test', 'podinfo');
  for (const gauge of ['flagger_canary_status', 'flagger_canary_weight', 'flagger_canary_metric_analysis']) {
    const found = await lines(gauge);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).not.toContain('podinfo');
  }
});

it('reads what is observed when somebody asks', async () => {
  const counts = new Map([['test', 2]]);
  metrics.observeCanaries(() => counts);
  let lease = 1;
  metrics.observe('aviary_lease_valid', 'Whether this engine may decide', () => lease);
  expect(await lines('flagger_canary_total')).toEqual(['flagger_canary_total{namespace="test"} 2']);
  counts.delete('test');
  counts.set('faces', 1);
  lease = 0;
  expect(await lines('flagger_canary_total')).toEqual(['flagger_canary_total{namespace="faces"} 1']);
  expect(await lines('aviary')).toEqual(['aviary_lease_valid 0']);
});
