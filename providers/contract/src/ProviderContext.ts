/** A request that a provider makes. Bodies are text; providers parse what they expect. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for the whole exchange. Default 5000. */
  timeout?: number;
  /** Accept any server certificate. */
  insecureSkipVerify?: boolean;
  /** An HTTP proxy to go through. */
  proxy?: string;
  /** Further tries after 429, 5xx and network errors. Default 0. */
  retries?: number;
}

/** An answer, whatever its status. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * The only way out for providers: one time limit, one size limit, one egress policy, no secret in an error.
 * Redirects are not followed across hosts. Network failures are thrown as ProviderError `unavailable`,
 * an address that the egress policy forbids as `misconfigured`.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** What the engine gives to a provider when it creates one. */
export interface ProviderContext {
  http: HttpClient;
  /** Milliseconds since the epoch, on the engine's clock. */
  now(): number;
}

/** A key of the Secret that `secretRef` names. The engine hands over only declared keys. */
export interface SecretKey {
  name: string;
  required: boolean;
}
