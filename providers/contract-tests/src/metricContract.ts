import assert from 'node:assert/strict';
import type { MetricProvider, MetricProviderDefinition, MetricProviderOptions } from '@aviary/provider-contract';
import { AnswerServer, echo } from './AnswerServer';
import type { Answer, Behaviour } from './AnswerServer';
import { loopbackContext } from './loopbackContext';
import { assertKind, assertSilentAbout, providerErrorOf } from './providerErrors';
import type { TestFunction } from './TestFunction';

/** A metric provider and what its service answers. */
export interface MetricFixture {
  definition: MetricProviderDefinition;
  /** Options that lead to the service at `address` (`http://127.0.0.1:port`), with secrets. */
  options(address: string): MetricProviderOptions;
  /** The values of those secrets, which must never show, and other forms of them that go over the wire. */
  secrets: readonly string[];
  /** A query that the service understands. */
  query: string;
  answers: {
    /** The answer that means this number. */
    number(value: number): Answer;
    /** Answers that mean that there is no value, by name; NaN is one of them if the service can say it. */
    noData: Record<string, Answer>;
    /** The answer to a probe of a service that works. */
    probe: Answer;
  };
}

const INTERVAL = 60_000;
const NUMBERS = [0, 1, 99.99, -2.5, 0.001, 1_000_000_000_000];

/** Declares the tests that every metric provider must pass. They talk to a real HTTP server on the loopback interface. */
export function metricContract(test: TestFunction, fixture: MetricFixture): void {
  const { definition, query, secrets, answers } = fixture;

  async function against(behaviour: Behaviour, use: (provider: MetricProvider, server: AnswerServer) => Promise<void>, timeout?: number) {
    const server = await AnswerServer.start(behaviour);
    const context = loopbackContext(timeout);
    try {
      await use(definition.create(fixture.options(server.address), context), server);
    } finally {
      context.close();
      await server.stop();
    }
  }

  const ask = (provider: MetricProvider) => provider.query({ query, interval: INTERVAL });

  test('declares the secrets that it takes', async () => {
    const declared = definition.secretKeys.map(({ name }) => name);
    for (const name of Object.keys(fixture.options('http://127.0.0.1:1').secrets))
      assert.ok(declared.includes(name), `${name} is not declared`);
  });

  for (const value of NUMBERS) {
    test(`answers ${value} when the service does`, () =>
      against(answers.number(value), async (provider) => {
        assert.equal(await ask(provider), value);
      }));
  }

  for (const [name, answer] of Object.entries(answers.noData)) {
    test(`has no data for ${name}`, () =>
      against(answer, async (provider) => {
        assertKind(await providerErrorOf(() => ask(provider)), 'noData');
      }));
  }

  for (const status of [429, 500, 502, 503, 504]) {
    test(`is unavailable when the service answers ${status}`, () =>
      against({ status, body: 'try later', headers: { 'Retry-After': '7' } }, async (provider) => {
        const error = await providerErrorOf(() => ask(provider));
        assertKind(error, 'unavailable');
        assert.equal(error.retryAfter, 7000);
        await providerErrorOf(() => provider.probe());
      }));
  }

  for (const behaviour of ['silent', 'broken'] as const) {
    const timeout = behaviour === 'silent' ? 100 : undefined;
    test(`is unavailable when the connection is ${behaviour}`, () =>
      against(
        behaviour,
        async (provider) => {
          assertKind(await providerErrorOf(() => ask(provider)), 'unavailable');
          assertKind(await providerErrorOf(() => provider.probe()), 'unavailable');
        },
        timeout,
      ));
  }

  for (const status of [401, 403]) {
    test(`is unauthorized when the service answers ${status}`, () =>
      against({ status, body: 'who are you?' }, async (provider) => {
        assertKind(await providerErrorOf(() => ask(provider)), 'unauthorized');
        assertKind(await providerErrorOf(() => provider.probe()), 'unauthorized');
      }));
  }

  for (const body of ['', '<html>login</html>', '{}', '[]', 'null', '"7"', '7']) {
    test(`takes ${body || 'an empty answer'} for an error, not for a number`, () =>
      against({ body }, async (provider) => {
        assertKind(await providerErrorOf(() => ask(provider)), 'misconfigured', 'unavailable', 'noData');
      }));
  }

  test('does not follow redirects', () =>
    against({ status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }, async (provider) => {
      assertKind(await providerErrorOf(() => ask(provider)), 'misconfigured', 'unavailable');
    }));

  test('is misconfigured when the address is none', async () => {
    const context = loopbackContext();
    const options = { ...fixture.options('http://127.0.0.1:1'), address: 'not an address' };
    assertKind(await providerErrorOf(async () => ask(definition.create(options, context))), 'misconfigured');
    context.close();
  });

  for (const status of [200, 302, 400, 401, 403, 404, 422, 429, 500]) {
    test(`shows no secret when the service echoes the request with ${status}`, () =>
      against(echo(status), async (provider, server) => {
        assertSilentAbout(await providerErrorOf(() => ask(provider)), secrets);
        assertSilentAbout(await providerErrorOf(() => provider.probe()), secrets);
        assert.ok(server.received.length >= 2, 'the service was not asked');
      }));
  }

  test('probes a service that works', () => against(answers.probe, (provider) => provider.probe()));
}
