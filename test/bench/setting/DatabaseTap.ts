import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { StatementReader } from './StatementReader';

/** What one client sent to Postgres as a unit: a transaction with all its statements, or a statement by itself. */
export interface DatabaseUnit {
  /** When it was sent completely, on `performance.now`'s scale. */
  at: number;
  statements: string[];
}

/** A wire between the engine and Postgres that notes what goes through it. */
export interface DatabaseTap {
  /** Connect here instead. */
  connectionString: string;
  /** Everything since the start or the last `forget`, oldest first. */
  units(): readonly DatabaseUnit[];
  forget(): void;
  close(): Promise<void>;
}

/** Opens a tap before the Postgres server of `connectionString`. What it costs, a copy on loopback, is in the times measured through it. */
export async function openDatabaseTap(connectionString: string): Promise<DatabaseTap> {
  const upstream = new URL(connectionString);
  const units: DatabaseUnit[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(upstream.port), upstream.hostname);
    const reader = new StatementReader((statements) => units.push({ at: performance.now(), statements }));
    for (const socket of [client, database]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => reader.read(bytes));
    client.pipe(database).pipe(client);
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tapped = new URL(connectionString);
  tapped.port = String((server.address() as AddressInfo).port);
  return {
    connectionString: tapped.href,
    units: () => units,
    forget: () => void units.splice(0),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
