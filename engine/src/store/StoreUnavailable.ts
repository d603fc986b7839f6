/** The database cannot be reached, or does not answer in time. Nothing is wrong with what was asked: try again later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly kind = 'unavailable';
}

/** Node's codes of sockets and name look-ups. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATEs that pass by themselves: shutting down, starting, too many connections, lock and statement time limits,
 * a transaction that was ended for idling, deadlock, serialisation, a server that became read-only in a failover.
 */
const passingStates = new Set(['53300', '55P03', '57014', '57P01', '57P02', '57P03', '25P03', '25006', '40001', '40P01']);

/** Words of pg and of Knex' pool, which give no code. */
const passingMessages =
  /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error|Knex: Timeout)/;
const passingMessagesAnywhere = /timeout exceeded when trying to connect|Connection ended unexpectedly/;

/** Turns the errors of an absent database into StoreUnavailable; others are given back, without Knex' copy of the SQL. */
export function asStoreError(error: unknown): unknown {
  if (!isErrorLike(error) || error instanceof StoreUnavailable) {
    return error;
  }
  const { code, errors: nested = [] } = error;
  const passing =
    (typeof code === 'string' && (networkCodes.has(code) || passingStates.has(code) || code.startsWith('08'))) ||
    passingMessages.test(withoutStatement(error.message)) ||
    passingMessagesAnywhere.test(error.message) ||
    nested.some((each) => asStoreError(each) instanceof StoreUnavailable);
  if (!passing) {
    if ('severity' in error) {
      error.message = withoutStatement(error.message);
    }
    return error;
  }
  const message = withoutStatement(error.message) || nested.map((each) => (isErrorLike(each) ? each.message : '')).join('; ');
  return new StoreUnavailable(`The database does not answer: ${message}. It is asked again; until then nothing moves.`, { cause: error });
}

/** Runs something against the database. @throws StoreUnavailable */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Node's own errors are of another realm's class where a test runner makes one. `errors`: one per address that was tried. */
function isErrorLike(error: unknown): error is { message: string; code?: unknown; errors?: unknown[] } {
  return typeof error === 'object' && error !== null && typeof (error as Error).message === 'string';
}

/** Knex puts the SQL before the message of the server, with ` - ` between. */
function withoutStatement(message: string): string {
  const at = message.lastIndexOf(' - ');
  return at === -1 ? message : message.slice(at + 3);
}
