import type { Database } from '../Database';
import { toTime } from '../json';
import { reaching } from '../StoreUnavailable';

/** The receiver took it. */
export function markDelivered({ knex, schema }: Database, id: string, at: number): Promise<void> {
  return reaching(async () => {
    await knex.raw(
      `UPDATE ${schema}.deliveries SET delivered_at = ?, attempts = attempts + 1, error = NULL WHERE id = ? AND delivered_at IS NULL`,
      [toTime(at), id],
    );
  });
}

/** The receiver did not take it. Without a next time it is given up, and those behind it may go. */
export function markDeliveryFailed({ knex, schema }: Database, id: string, error: string, nextAt: number | null): Promise<void> {
  return reaching(async () => {
    await knex.raw(
      `UPDATE ${schema}.deliveries SET attempts = attempts + 1, error = ?, next_at = coalesce(?::timestamptz, next_at), given_up = ?
       WHERE id = ? AND delivered_at IS NULL`,
      [error.replaceAll('\0', '\ufffd'), nextAt === null ? null : toTime(nextAt), nextAt === null, id],
    );
  });
}
