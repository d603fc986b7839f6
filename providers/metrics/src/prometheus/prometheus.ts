import { CONTRACT_VERSION, ProviderError } from '@aviary/provider-contract';
import type { HttpRequest, MetricProviderDefinition, MetricProviderOptions } from '@aviary/provider-contract';
import { authorizationOf } from './authorizationOf';
import { checkStatus } from './checkStatus';
import { endpointOf } from './endpointOf';
import { readAnswer } from './readAnswer';

/** Longest query, in bytes, that goes into the address; some proxies cut addresses at 8 KiB. */
const LONGEST_QUERY_IN_ADDRESS = 4096;
const TIMEOUT = 5_000;
/** A header value shorter than this is no credential, and hiding it would blank out ordinary words. */
const SHORTEST_CREDENTIAL = 6;

/** Asks a Prometheus server, or one that speaks its query API, for the instant value of a PromQL expression. */
export const prometheus: MetricProviderDefinition = {
  kind: 'metric',
  contractVersion: CONTRACT_VERSION,
  id: 'prometheus',
  displayName: 'Prometheus',
  secretKeys: [
    { name: 'token', required: false },
    { name: 'username', required: false },
    { name: 'password', required: false },
  ],
  rbac: [],
  create(options, context) {
    const endpoint = endpointOf(options.address);
    const headers = headersOf(options);
    const secrets = [...Object.values(options.secrets), ...Object.values(headers).flatMap(credentialsIn), endpoint];

    async function query(text: string): Promise<number> {
      const expression = text.replace(/\s+/g, ' ').trim();
      if (expression === '') throw new ProviderError('misconfigured', 'The query is empty');
      const response = await context.http.request({
        ...asked(endpoint, expression),
        timeout: TIMEOUT,
        insecureSkipVerify: options.insecureSkipVerify,
      });
      checkStatus(response, secrets, context.now());
      return readAnswer(response.body, secrets);
    }

    function asked(url: string, expression: string): HttpRequest {
      if (Buffer.byteLength(expression) <= LONGEST_QUERY_IN_ADDRESS) {
        return { method: 'GET', url, headers, query: { query: expression } };
      }
      return {
        method: 'POST',
        url,
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ query: expression }).toString(),
      };
    }

    return {
      query: ({ query: text }) => query(text),
      async probe() {
        const answer = await query('vector(1)');
        if (answer !== 1) {
          throw new ProviderError('misconfigured', `The server answered ${answer} to vector(1), so it does not evaluate PromQL`);
        }
      },
    };
  },
};

function headersOf(options: MetricProviderOptions): Record<string, string> {
  const own = Object.entries(options.headers ?? {}).map(([name, values]) => [name, values.join(', ')]);
  const authorization = authorizationOf(options.secrets);
  if (authorization === undefined) return Object.fromEntries(own);
  // The Secret's credentials take the place of a header of that name, in whatever case it was written.
  return Object.fromEntries([...own.filter(([name]) => name.toLowerCase() !== 'authorization'), ['Authorization', authorization]]);
}

/** A server may echo a header as a whole or only what follows the scheme (`Basic …`). */
function credentialsIn(header: string): string[] {
  return [header, header.replace(/^\S+ /, '')].filter((value) => value.length >= SHORTEST_CREDENTIAL);
}
