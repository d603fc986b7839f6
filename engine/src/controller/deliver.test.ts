import type { AlertProviderDefinition, HttpRequest, Alert } from '@aviary/provider-contract';
import { ProviderRegistry } from '../registry';
import type { ClaimedDelivery } from '../store/RolloutStore';
import { createDeliver } from './deliver';
import type { Deliver } from './DeliveryWorker';
import { SecretReader } from './SecretReader';
import { TestCluster } from './testing/TestCluster';

let cluster: TestCluster;
let deliver: Deliver;
let made: Parameters<AlertProviderDefinition['create']>[0][];
let sent: Alert[];
let requests: HttpRequest[];
let status: number;

beforeEach(async () => {
  cluster = await TestCluster.start();
  made = [];
  sent = [];
  requests = [];
  status = 200;
  const http = {
    async request(request: HttpRequest) {
      requests.push(request);
      return { status, headers: {}, body: '' };
    },
  };
  const registry = new ProviderRegistry();
  registry.add({
    kind: 'alert',
    id: 'slack',
    displayName: 'Chat',
    secretKeys: [{ name: 'token', required: false }],
    create(options) {
      made.push(options);
      return { send: async (alert) => void sent.push(alert) };
    },
  });
  const context = { http, now: () => 0 };
  deliver = createDeliver({ view: cluster.view, secrets: new SecretReader(cluster.view), registry, http, context });
});

afterEach(() => cluster.close());

const alert: ClaimedDelivery = {
  id: 'uid.4.0',
  kind: 'alert',
  key: { cluster: 'east', namespace: 'shop', name: 'cart' },
  attempts: 0,
  target: { alertProvider: { namespace: 'test', name: 'chat' } },
  payload: { severity: 'error', message: 'Rolling back', fields: [{ name: 'Target', value: 'Deployment/cart.shop' }] },
};

async function alertProvider(spec: Record<string, unknown>): Promise<void> {
  await cluster.put('flagger.app/alertproviders', {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'chat', namespace: 'test' },
    spec: { type: 'slack', ...spec },
  });
}

it('sends an alert through the provider that the AlertProvider names', async () => {
  await alertProvider({ address: 'https://chat.example.com/hook', channel: 'releases', username: 'aviary' });
  await deliver(alert);
  expect(made).toMatchObject([{ channel: 'releases', username: 'aviary', secrets: {} }]);
  expect(made[0].address.reveal()).toBe('https://chat.example.com/hook');
  expect(sent).toEqual([{ id: 'uid.4.0', canary: { namespace: 'shop', name: 'cart' }, ...(alert.payload as object) }]);
});

it('takes address and keys from the Secret', async () => {
  await cluster.put('/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'chat', namespace: 'test' },
    data: { address: Buffer.from('https://chat.example.com/secret').toString('base64'), token: Buffer.from('t').toString('base64') },
  });
  await alertProvider({ secretRef: { name: 'chat' } });
  await deliver(alert);
  expect([made[0].address.reveal(), made[0].secrets.token.reveal()]).toEqual(['https://chat.example.com/secret', 't']);
});

it('says what is missing, so that the outbox shows it', async () => {
  await expect(deliver(alert)).rejects.toMatchObject({ kind: 'misconfigured', message: /AlertProvider test\/chat does not exist/ });
  await alertProvider({ address: '' });
  await expect(deliver(alert)).rejects.toMatchObject({ kind: 'misconfigured', message: /has neither address nor secretRef/ });
});

it('posts an event webhook with the delivery’s id, and is refused by anything but a yes', async () => {
  const event: ClaimedDelivery = {
    ...alert,
    kind: 'eventWebhook',
    target: { webhookIndex: 0 },
    payload: { url: 'http://events.test/', timeout: 2_000, retries: 1, disableTLS: false, body: { eventMessage: 'Advance' } },
  };
  await deliver(event);
  expect(requests).toEqual([
    {
      method: 'POST',
      url: 'http://events.test/',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'uid.4.0' },
      body: '{"eventMessage":"Advance"}',
      timeout: 2_000,
      retries: 1,
      insecureSkipVerify: false,
    },
  ]);
  status = 302;
  await expect(deliver(event)).rejects.toMatchObject({ kind: 'unavailable', message: 'the event webhook answered 302' });
});
