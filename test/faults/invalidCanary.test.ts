import { addService, addTools, applyCanary, eventsOf, NAMESPACE, release, statusOf, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { until } from '../harness/until';

jest.setTimeout(120_000);

const WITHOUT_STEP = { stepWeight: undefined, maxWeight: undefined };
const MATCH = [{ headers: { 'x-canary': { exact: 'insider' } } }];

/** Valid for the cluster's schema, wrong for the engine. */
const FAULTS = [
  [
    'an unknown built-in metric',
    { analysis: { metrics: [{ name: 'request-sucess-rate', interval: '30s' }] } },
    'Misconfigured',
    /spec\.analysis\.metrics\[0\]/,
  ],
  ['weights that go down', { analysis: { ...WITHOUT_STEP, stepWeights: [20, 10] } }, 'Misconfigured', /stepWeights has 10 after 20/],
  [
    'header matching that its router cannot do',
    { analysis: { ...WITHOUT_STEP, iterations: 5, match: MATCH } },
    'Unsupported',
    /analysis\.match/,
  ],
  ['a router that nobody has', { spec: { provider: 'linkred' } }, 'Misconfigured', /"linkred".*Did you mean "linkerd"\?/],
] as const;

describe('a Canary that is not valid', () => {
  const name = 'orders';
  let stage: SandboxStage;

  beforeAll(async () => {
    stage = await setStage({ speed: 30 });
    await addTools(stage, [name]);
    await stage.startEngine();
  });
  afterAll(() => stage.close());

  const condition = () => statusOf(stage, name).conditions?.find(({ type }: { type: string }) => type === 'Valid');

  it.each(FAULTS)('says what is wrong with %s: condition, event and portal', async (_, options, reason, field) => {
    await addService(stage, name, options);
    const row = await stage.waitFor(NAMESPACE, name, 'invalid', (found) => field.test(found.reason));
    expect(row.reason).toMatch(/^Invalid: /);
    await until(() => field.test(condition()?.message ?? ''), 10_000);
    expect(condition()).toMatchObject({ status: 'False', reason, message: expect.stringMatching(field) });
    expect((await eventsOf(stage, name)).filter((text) => field.test(text))).toHaveLength(1);
    expect(stage.sandbox.store.get('apps/deployments', NAMESPACE, `${name}-primary`)).toBeUndefined();
  });

  it('begins when it is corrected', async () => {
    await applyCanary(stage, name);
    await waitForPhase(stage, name, 'Initialized');
    await until(() => condition() === undefined, 10_000);
    expect(condition()).toBeUndefined();
  });

  it('holds a running rollout where it is, and goes on when it is corrected', async () => {
    await release(stage, name, '1.1.0');
    await waitForWeight(stage, name, 20);
    await applyCanary(stage, name, FAULTS[0][1]);
    const { weight } = await stage.waitFor(NAMESPACE, name, 'invalid', ({ reason }) => reason.startsWith('Invalid: '));
    await until(() => condition() !== undefined, 10_000);
    expect(statusOf(stage, name)).toMatchObject({ phase: 'Progressing', canaryWeight: weight, failedChecks: 0 });
    await applyCanary(stage, name);
    await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    const weights = (await stage.decisions(NAMESPACE, name)).filter(({ kind }) => kind === 'advance').map((each) => each.weight);
    expect(weights).toEqual([10, 20, 30, 40, 50]);
  });
});
