import { startPostgres } from './startPostgres';

/** A process that owns one kept and one temporary server until it is killed; prints their pids. */
async function main(): Promise<void> {
  const kept = await startPostgres({ dataDir: process.argv[2] });
  const temporary = await startPostgres();
  process.stdout.write(`${JSON.stringify([kept.pid, temporary.pid])}\n`);
  setInterval(() => {}, 1000);
}

main();
