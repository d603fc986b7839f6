import type { ProviderContext } from '@aviary/provider-contract';
import { createEgressPolicy, createHttpClient } from '@aviary/provider-http';

/** A context whose client may reach the loopback interface and, when `timeout` (milliseconds) is given, waits no longer than that. */
export function loopbackContext(timeout?: number): ProviderContext & { close(): void } {
  const client = createHttpClient({ egress: createEgressPolicy({ allow: ['127.0.0.0/8'] }) });
  return {
    http: { request: (request) => client.request(timeout === undefined ? request : { ...request, timeout }) },
    now: Date.now,
    close: () => client.close(),
  };
}
