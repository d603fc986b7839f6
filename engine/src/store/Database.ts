import createKnex, { type Knex } from 'knex';
import type { Client } from 'pg';

/** Time limits in milliseconds. */
export const databaseLimits = {
  connect: 2_000,
  lock: 2_000,
  idleInTransaction: 2_000,
  statement: 4_000,
  /** When we stop to wait for an answer; longer than the server's own limit, so it only ends what the server cannot. */
  answer: 5_000,
  /** Waiting for a free connection of the pool. */
  acquire: 4_000,
};

export interface DatabaseOptions {
  /** A URL, or pg's connection object. */
  connection: string | Record<string, unknown>;
  /** Where our tables are. Default `aviary`. */
  schema?: string;
  /** Connections at most. Default 10. */
  poolSize?: number;
  /** Milliseconds that somebody may wait for a free connection. Default: so short that a person who waits for a page can be told. */
  patience?: number;
}

/** Knex prints what it throws as well. */
const silent = { debug() {}, deprecate() {}, warn() {}, error() {} };

/** A pool of connections, and the schema that the tables are in, quoted for SQL. */
export interface Database {
  knex: Knex;
  schema: string;
  /** The schema's bare name; channels of NOTIFY begin with it. */
  schemaName: string;
}

/**
 * Opens a pool. No connection is made before it is used.
 * @throws when the schema's name is not a plain one.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const schemaName = schemaNameOf(options);
  const knex = createKnex({
    client: 'pg',
    connection: { ...connectionObject(options.connection), ...limited() },
    acquireConnectionTimeout: options.patience ?? databaseLimits.acquire,
    pool: { min: 0, max: options.poolSize ?? 10, afterCreate: dropWhenSilent },
    log: silent,
  });
  return { knex, schema: quoted(schemaName), schemaName };
}

/** A pool without limits on statements, for migrations. */
export function openMigrationDatabase(options: DatabaseOptions): Database {
  const schemaName = schemaNameOf(options);
  const connection = { ...connectionObject(options.connection), connectionTimeoutMillis: databaseLimits.connect };
  const knex = createKnex({
    client: 'pg',
    connection,
    acquireConnectionTimeout: databaseLimits.acquire,
    pool: { min: 0, max: 3 },
    log: silent,
  });
  return { knex, schema: quoted(schemaName), schemaName };
}

function quoted(schemaName: string): string {
  return `"${schemaName}"`;
}

/** pg's connection object, for a client outside of the pool too. */
export function connectionObject(connection: string | Record<string, unknown>): Record<string, unknown> {
  return typeof connection === 'string' ? { connectionString: connection } : connection;
}

function schemaNameOf({ schema = 'aviary' }: DatabaseOptions): string {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw new Error(`The database schema "${schema}" must be lower-case letters, digits and underscores, at most 40 of them.`);
  }
  return schema;
}

function limited(): Record<string, unknown> {
  return {
    connectionTimeoutMillis: databaseLimits.connect,
    lock_timeout: databaseLimits.lock,
    idle_in_transaction_session_timeout: databaseLimits.idleInTransaction,
    statement_timeout: databaseLimits.statement,
    query_timeout: databaseLimits.answer,
    keepAlive: true,
    application_name: 'aviary',
  };
}

/**
 * After a query without an answer pg keeps the connection, and the pool would hand it out again: behind a dead network
 * path every later query would wait as long. The socket is closed instead, and the pool makes a new one.
 */
function dropWhenSilent(connection: Client, done: (error: unknown, connection: Client) => void): void {
  const query = connection.query.bind(connection) as (...args: unknown[]) => unknown;
  connection.query = function limitedQuery(config: unknown, callback?: (error: Error | null, result: unknown) => void): unknown {
    if (typeof callback !== 'function') {
      return query(config, callback);
    }
    return query(config, (error: Error | null, result: unknown) => {
      if (error?.message === 'Query read timeout') {
        // pg's types leave the inner connection out.
        (connection as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(error);
      }
      callback(error, result);
    });
  } as Client['query'];
  done(null, connection);
}
