import { Client } from 'pg';

/** Rows inserted, updated and deleted since the server started, by table of the engine's schema. */
export type Writes = Record<string, number>;

/** Reads Postgres' own statistics. Sessions report to them with a delay of up to ten seconds once they are idle. */
export async function countWrites(connectionString: string): Promise<Writes> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ relname: string; written: string }>(
      `SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS written FROM pg_stat_user_tables WHERE schemaname = 'aviary'`,
    );
    return Object.fromEntries(rows.map(({ relname, written }) => [relname, Number(written)]));
  } finally {
    await client.end();
  }
}
