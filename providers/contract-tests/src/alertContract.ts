import assert from 'node:assert/strict';
import { Secret } from '@aviary/provider-contract';
import type {
  Alert,
  AlertProvider,
  AlertProviderDefinition,
  AlertProviderOptions,
  AlertSeverity,
  ProviderErrorKind,
} from '@aviary/provider-contract';
import { AnswerServer, echo } from './AnswerServer';
import type { Answer, Behaviour } from './AnswerServer';
import { loopbackContext } from './loopbackContext';
import { assertKind, assertSilentAbout, providerErrorOf } from './providerErrors';
import type { TestFunction } from './TestFunction';

/** An alert provider and what its service answers. */
export interface AlertFixture {
  definition: AlertProviderDefinition;
  /** Options that lead to the service at `address` (`http://127.0.0.1:port`), with secrets, also in the path of the address. */
  options(address: string): AlertProviderOptions;
  /** The secrets in those options, which must never show, and other forms of them that go over the wire. */
  secrets: readonly string[];
  /** The answer to a message that was taken. */
  success: Answer;
  /** Answers with which this service refuses a message in its own way, by name. */
  refusals?: Record<string, { answer: Answer; kind: ProviderErrorKind }>;
}

const SEVERITIES: readonly AlertSeverity[] = ['info', 'warn', 'error'];
const ALERT: Alert = {
  id: 'decision-7.alert-1',
  severity: 'info',
  canary: { namespace: 'test', name: 'podinfo' },
  message: 'New revision detected, progressing canary analysis.',
  fields: [
    { name: 'Target', value: 'Deployment/podinfo.test' },
    { name: 'Traffic routing', value: 'Weight step: 10 max: 50' },
  ],
};

/** Declares the tests that every alert provider must pass. They talk to a real HTTP server on the loopback interface. */
export function alertContract(test: TestFunction, fixture: AlertFixture): void {
  const { definition, secrets } = fixture;

  async function against(behaviour: Behaviour, use: (provider: AlertProvider, server: AnswerServer) => Promise<void>, timeout?: number) {
    const server = await AnswerServer.start(behaviour);
    const context = loopbackContext(timeout);
    try {
      await use(definition.create(fixture.options(server.address), context), server);
    } finally {
      context.close();
      await server.stop();
    }
  }

  test('declares the secrets that it takes', async () => {
    const declared = definition.secretKeys.map(({ name }) => name);
    for (const name of Object.keys(fixture.options('http://127.0.0.1:1').secrets))
      assert.ok(declared.includes(name), `${name} is not declared`);
  });

  for (const severity of SEVERITIES) {
    test(`brings an alert of severity ${severity} with all that it says, once`, () =>
      against(fixture.success, async (provider, server) => {
        await provider.send({ ...ALERT, severity });
        assert.equal(server.received.length, 1);
        const [{ method, body }] = server.received;
        assert.equal(method, 'POST');
        const texts = [ALERT.message, 'podinfo', 'test', ...ALERT.fields.flatMap(({ name, value }) => [name, value])];
        for (const text of texts) assert.ok(body.includes(text), `"${text}" is missing in ${body}`);
      }));
  }

  test('brings an alert without fields and with awkward characters', () =>
    against(fixture.success, async (provider, server) => {
      await provider.send({ ...ALERT, fields: [], message: 'a "quoted"\nline <b> & \\ ünïcode 🚀' });
      assert.equal(server.received.length, 1);
      assert.ok(server.received[0].body.includes('ünïcode 🚀') || server.received[0].body.includes('\\u'));
    }));

  for (const status of [429, 500, 502, 503]) {
    test(`is unavailable when the service answers ${status}, and says for how long`, () =>
      against({ status, body: 'try later', headers: { 'Retry-After': '7' } }, async (provider) => {
        const error = await providerErrorOf(() => provider.send(ALERT));
        assertKind(error, 'unavailable');
        assert.equal(error.retryAfter, 7000);
      }));
  }

  test('leaves trying again to whoever sends alerts', () =>
    against({ status: 500, body: '' }, async (provider, server) => {
      assertKind(await providerErrorOf(() => provider.send(ALERT)), 'unavailable');
      assert.equal(server.received.length, 1);
    }));

  for (const behaviour of ['silent', 'broken'] as const) {
    const timeout = behaviour === 'silent' ? 100 : undefined;
    test(`is unavailable when the connection is ${behaviour}`, () =>
      against(behaviour, async (provider) => assertKind(await providerErrorOf(() => provider.send(ALERT)), 'unavailable'), timeout));
  }

  for (const status of [400, 401, 403, 404, 410]) {
    test(`says why when the service refuses with ${status}`, () =>
      against({ status, body: 'no_such_thing' }, async (provider) => {
        const error = await providerErrorOf(() => provider.send(ALERT));
        assertKind(error, 'misconfigured', 'unauthorized');
        assert.match(error.message, /no_such_thing/);
      }));
  }

  test('does not take a redirect for success', () =>
    against({ status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }, async (provider) => {
      assertKind(await providerErrorOf(() => provider.send(ALERT)), 'misconfigured', 'unavailable');
    }));

  for (const [name, { answer, kind }] of Object.entries(fixture.refusals ?? {})) {
    test(`is ${kind} when the service answers ${name}`, () =>
      against(answer, async (provider) => assertKind(await providerErrorOf(() => provider.send(ALERT)), kind)));
  }

  for (const status of [302, 400, 401, 403, 404, 429, 500]) {
    test(`shows no secret when the service echoes the request with ${status}`, () =>
      against(echo(status), async (provider) => assertSilentAbout(await providerErrorOf(() => provider.send(ALERT)), secrets)));
  }

  for (const behaviour of ['silent', 'broken'] as const) {
    test(`shows no secret when the connection is ${behaviour}`, () =>
      against(behaviour, async (provider) => assertSilentAbout(await providerErrorOf(() => provider.send(ALERT)), secrets), 100));
  }

  test('is misconfigured when the address is none, and does not show it', async () => {
    const context = loopbackContext();
    const options = { ...fixture.options('http://127.0.0.1:1'), address: new Secret('half/an/address') };
    const error = await providerErrorOf(async () => definition.create(options, context).send(ALERT));
    assertKind(error, 'misconfigured');
    assertSilentAbout(error, ['half/an/address']);
    context.close();
  });
}
