/** Whether the database could not be reached, as opposed to having refused something. */
export function isStoreUnavailable(error: unknown): error is Error {
  return error instanceof Error && (error as Error & { kind?: string }).kind === 'unavailable';
}
