import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What answers behind the API server's service proxy
 * (`/api/v1/namespaces/{namespace}/services/[http:]{name}[:{port}]/proxy/{path}`).
 * The request arrives with `url` cut down to what follows `/proxy`. `undefined` from `find` means that
 * nothing in the sandbox answers for the service: the API server then says 503, as the real one does.
 */
export interface ServiceBackends {
  find(
    namespace: string,
    name: string,
    port: string | undefined,
  ): ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}
