import { startReceiver, type Receiver } from '../harness/Receiver';
import { addService, addTools, NAMESPACE, release, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { until } from '../harness/until';

jest.setTimeout(120_000);

const PATH = '/services/T0000/B0000/not-for-any-log';

describe('a Slack that is down', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let slack: Receiver;
  /** What Slack took, in the order of arrival. */
  const taken: { text: string; color: string; fields: { title: string; value: string }[] }[] = [];

  beforeAll(async () => {
    [stage, slack] = await Promise.all([setStage({ speed: 30 }), startReceiver()]);
    await slack.refuse(true);
    await addTools(stage, [name]);
    await stage.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'slack-url', namespace: NAMESPACE },
          stringData: { address: slack.url + PATH },
        },
        {
          apiVersion: 'flagger.app/v1beta1',
          kind: 'AlertProvider',
          metadata: { name: 'on-call', namespace: NAMESPACE },
          spec: { type: 'slack', channel: 'releases', username: 'aviary', secretRef: { name: 'slack-url' } },
        },
      ]
        .map((object) => JSON.stringify(object))
        .join('\n---\n'),
    );
    await stage.startEngine();
    await addService(stage, name, { analysis: { alerts: [{ name: 'on-call', severity: 'info', providerRef: { name: 'on-call' } }] } });
    await waitForPhase(stage, name, 'Initialized');
  });
  afterAll(async () => {
    await stage.close();
    await slack.close().catch(() => {});
  });

  const failedTries = () => stage.log.filter((line) => line.includes('a delivery did not arrive'));

  it('does not hold the rollout, and gets its alerts later: each once, in order, with Flagger’s fields', async () => {
    await release(stage, name, '1.1.0');
    await waitForWeight(stage, name, 10);
    await until(() => failedTries().length > 0, 20_000);
    expect(failedTries()[0]).toContain('ECONNREFUSED');

    slack.answer = () => 500;
    await slack.refuse(false);
    await until(() => slack.received.length >= 2, 20_000);
    // Nothing overtakes the first that was not taken.
    expect(new Set(slack.received.map(({ body }) => body.attachments[0].text)).size).toBe(1);

    await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    slack.answer = ({ path, body }) => {
      expect(path).toBe(PATH);
      const [{ text, color, fields }] = body.attachments;
      taken.push({ text, color, fields });
      return 200;
    };
    await release(stage, name, '1.2.0', { errors: '50%' });
    await waitForPhase(stage, name, 'Failed', '1.2.0');
    await until(() => taken.some(({ color }) => color === 'danger'), 20_000);
    // As many intervals as the outbox is looked at in would bring whatever came twice.
    const since = stage.sandbox.clock.now();
    await until(() => stage.sandbox.clock.now() > since + 15_000, 10_000);
    expect(taken.map(({ text }) => text)).toEqual([
      'New Deployment detected, initialization completed.',
      'New revision detected, progressing canary analysis.',
      'Canary analysis completed successfully, promotion finished.',
      'New revision detected, progressing canary analysis.',
      'Failed checks threshold reached 3',
    ]);
    expect(taken[1].fields).toEqual([
      { title: 'Target', value: `Deployment/${name}.${NAMESPACE}`, short: false },
      { title: 'Failed checks threshold', value: '3', short: false },
      { title: 'Progress deadline', value: '120s', short: false },
      { title: 'Traffic routing', value: 'Weight step: 10 max: 50', short: false },
    ]);
    expect(taken.map(({ color }) => color)).toEqual(['good', 'good', 'good', 'good', 'danger']);
    expect(slack.received.at(-1)!.body).toMatchObject({ channel: 'releases', username: 'aviary' });
  });

  it('shows its address in no log', () => {
    expect(failedTries().length).toBeGreaterThan(1);
    expect(stage.log.filter((line) => line.includes('not-for-any-log'))).toEqual([]);
  });
});
