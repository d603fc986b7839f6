/**
 * SQL for the id of the newest Canary that had the key, also one that is gone: its history can still be read. The three question
 * marks are cluster, namespace and name.
 */
export function newestCanary(schema: string): string {
  return `(SELECT id FROM ${schema}.canaries WHERE cluster = ? AND namespace = ? AND name = ? ORDER BY id DESC LIMIT 1)`;
}
