import { ProviderError } from '@aviary/provider-contract';

/**
 * The address of the query API below a server's address, whose path is kept (servers behind a path prefix).
 *
 * @throws ProviderError `misconfigured` when the address is absent or no http(s) address of a server
 */
export function endpointOf(address: string | undefined): string {
  const text = address?.trim();
  if (!text) throw misconfigured('is missing');
  if (!URL.canParse(text)) throw misconfigured('is not a URL');
  const url = new URL(text);
  // "prometheus:9090" parses as scheme and path.
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw misconfigured('does not begin with http:// or https://');
  if (url.search || url.hash) throw misconfigured('has a query or a fragment; the query belongs in spec.query');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  return url.href;
}

function misconfigured(what: string): ProviderError {
  return new ProviderError(
    'misconfigured',
    `provider.address ${what}; write the server's address, such as http://prometheus.monitoring:9090`,
  );
}
