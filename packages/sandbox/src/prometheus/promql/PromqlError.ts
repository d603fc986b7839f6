/** A query that cannot be answered. `bad_data`: the query is wrong (HTTP 400); `execution`: it cannot be evaluated here (HTTP 422). */
export class PromqlError extends Error {
  constructor(
    readonly type: 'bad_data' | 'execution',
    message: string,
  ) {
    super(message);
    this.name = 'PromqlError';
  }
}

/** A query that Prometheus would not parse. */
export function parseError(what: string, place?: string): PromqlError {
  return new PromqlError('bad_data', `${place ? `${place}: ` : ''}parse error: ${what}`);
}

/** What Prometheus knows and the sandbox does not. */
export function unsupported(what: string): PromqlError {
  return new PromqlError('execution', `${what} is not supported by the sandbox's query engine`);
}
