import type { Knex } from 'knex';

/** Runs SQL with its values in place of the question marks. Knex' own type of values leaves arrays out, which pg takes. */
export function run<Row = unknown>(executor: Knex, sql: string, values: unknown[] = []): Promise<{ rows: Row[]; rowCount: number }> {
  return executor.raw(sql, values as never[]) as unknown as Promise<{ rows: Row[]; rowCount: number }>;
}
