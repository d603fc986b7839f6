import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '@aviary/provider-contract';
import type { Alert, AlertProviderOptions } from '@aviary/provider-contract';
import { AnswerServer, alertContract, loopbackContext, providerErrorOf } from '@aviary/provider-contract-tests';
import type { Answer } from '@aviary/provider-contract-tests';
import { slack } from './slack';

const PATH = '/services/T0000/B0000/s3cr3tP4th';
const TOKEN = 'xoxb-s3cr3t-t0k3n';
const OK: Answer = { body: 'ok' };
const ALERT: Alert = {
  id: '1',
  severity: 'info',
  canary: { namespace: 'test', name: 'podinfo' },
  message: 'Canary analysis completed successfully, promotion finished.',
  fields: [{ name: 'Target', value: 'Deployment/podinfo.test' }],
};

describe('slack by webhook', () => {
  alertContract(test, {
    definition: slack,
    options: (address) => ({ address: new Secret(address + PATH), secrets: {} }),
    secrets: [PATH, 's3cr3tP4th'],
    success: OK,
    refusals: {
      action_prohibited: { answer: { status: 403, body: 'action_prohibited' }, kind: 'unauthorized' },
      no_service: { answer: { status: 404, body: 'no_service' }, kind: 'misconfigured' },
      channel_is_archived: { answer: { status: 410, body: 'channel_is_archived' }, kind: 'misconfigured' },
      invalid_payload: { answer: { status: 400, body: 'invalid_payload' }, kind: 'misconfigured' },
    },
  });

  it.each([
    ['info', 'good'],
    ['warn', 'good'],
    ['error', 'danger'],
  ] as const)('posts the payload that Flagger posts for %s', async (severity, color) => {
    const { request } = await sent({ ...ALERT, severity }, OK, (address) => ({ address: new Secret(address + PATH), secrets: {} }));
    expect(request).toMatchObject({ method: 'POST', url: PATH, headers: { 'content-type': 'application/json' } });
    expect(request.headers.authorization).toBeUndefined();
    expect(JSON.parse(request.body)).toEqual({
      channel: 'general',
      username: 'flagger',
      icon_url: '',
      icon_emoji: ':rocket:',
      attachments: [
        {
          color,
          author_name: 'podinfo.test',
          text: ALERT.message,
          mrkdwn_in: ['text'],
          fields: [{ title: 'Target', value: 'Deployment/podinfo.test', short: false }],
        },
      ],
    });
  });

  it('posts an empty list when there are no fields, and the channel and user name of the provider', async () => {
    const { request } = await sent({ ...ALERT, fields: [] }, OK, (address) => ({
      address: new Secret(`${address}${PATH}\n`),
      channel: 'releases',
      username: 'aviary',
      secrets: {},
    }));
    const body = JSON.parse(request.body);
    expect(body).toMatchObject({ channel: 'releases', username: 'aviary' });
    expect(body.attachments[0].fields).toEqual([]);
  });

  it('goes through the proxy of the provider', async () => {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      asked.push(request.url!);
      response.end('ok');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const context = loopbackContext();
    const provider = slack.create(
      {
        address: new Secret(`http://hooks.example.com${PATH}`),
        proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        secrets: {},
      },
      context,
    );
    await provider.send(ALERT);
    expect(asked).toEqual([`http://hooks.example.com${PATH}`]);
    context.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('obeys the egress policy', async () => {
    const context = loopbackContext();
    const provider = slack.create({ address: new Secret(`http://169.254.169.254${PATH}`), secrets: {} }, context);
    const error = await providerErrorOf(() => provider.send(ALERT));
    expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('not an allowed destination') });
    context.close();
  });
});

describe('slack by token', () => {
  const withToken = (address: string): AlertProviderOptions => ({
    address: new Secret(`${address}/api/chat.postMessage`),
    secrets: { token: new Secret(TOKEN) },
  });

  alertContract(test, {
    definition: slack,
    options: withToken,
    secrets: [TOKEN],
    success: webApi({ ok: true, ts: '1' }),
    refusals: {
      'ok: false with channel_not_found': { answer: webApi({ ok: false, error: 'channel_not_found' }), kind: 'misconfigured' },
      'ok: false with invalid_auth': { answer: webApi({ ok: false, error: 'invalid_auth' }), kind: 'unauthorized' },
      'ok: false with missing_scope': { answer: webApi({ ok: false, error: 'missing_scope' }), kind: 'unauthorized' },
      'ok: false with ratelimited': { answer: webApi({ ok: false, error: 'ratelimited' }), kind: 'unavailable' },
      'ok: false with internal_error': { answer: webApi({ ok: false, error: 'internal_error' }), kind: 'unavailable' },
      'ok: false with no error': { answer: webApi({ ok: false }), kind: 'misconfigured' },
    },
  });

  it('posts the same payload with the token', async () => {
    const { request } = await sent(ALERT, webApi({ ok: true }), withToken);
    expect(request).toMatchObject({ url: '/api/chat.postMessage', headers: { authorization: `Bearer ${TOKEN}` } });
    expect(JSON.parse(request.body)).toMatchObject({
      channel: 'general',
      icon_emoji: ':rocket:',
      attachments: [{ author_name: 'podinfo.test' }],
    });
  });

  it('shows the reason that Slack gives with 200', async () => {
    const { error } = await sent(ALERT, webApi({ ok: false, error: 'not_in_channel' }), withToken);
    expect(error).toMatchObject({ message: 'Slack refused the message: not_in_channel' });
  });

  it('takes the plain answer of a webhook for success', async () => {
    expect((await sent(ALERT, OK, withToken)).error).toBeUndefined();
  });

  it('names the address that it expects', async () => {
    const context = loopbackContext();
    const error = await providerErrorOf(() => slack.create({ address: new Secret(''), secrets: { token: new Secret(TOKEN) } }, context));
    expect(error.message).toContain('https://slack.com/api/chat.postMessage');
    context.close();
  });
});

async function sent(alert: Alert, answer: Answer, options: (address: string) => AlertProviderOptions) {
  const server = await AnswerServer.start(answer);
  const context = loopbackContext();
  try {
    const error: unknown = await slack
      .create(options(server.address), context)
      .send(alert)
      .catch((reason) => reason);
    return { error, request: server.received[0] };
  } finally {
    context.close();
    await server.stop();
  }
}

function webApi(answer: Record<string, unknown>): Answer {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(answer) };
}
