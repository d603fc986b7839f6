import { type EmbeddedPostgres, startPostgres } from '@aviary/embedded-postgres';
import type { DemoPart } from './DemoPart';

/** Milliseconds between two looks whether the server is there. */
const LOOK_EVERY = 1_000;

/** The database of portal and engine. */
export interface DatabasePart extends DemoPart {
  server: EmbeddedPostgres;
}

/** Starts Postgres on a free port, with its data in `folder`. */
export async function startDatabase(folder: string): Promise<DatabasePart> {
  const server = await startPostgres({ dataDir: folder });
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      try {
        process.kill(server.pid, 0);
      } catch {
        resolve(`Postgres ended. Its log is ${folder}/server.log.`);
      }
    }, LOOK_EVERY);
    timer.unref();
  });
  return {
    name: 'the database',
    server,
    ended,
    async stop() {
      clearInterval(timer);
      await server.stop();
    },
  };
}
