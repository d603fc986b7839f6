import { resolve } from 'node:path';
import { parseOptions } from './parseOptions';
import { runDemo } from './runDemo';

const repository = resolve(__dirname, '../../..');
const interrupted = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time it is meant: what is left notices that this process is gone, and ends.
    if (interrupted.signal.aborted) {
      process.exit(1);
    }
    interrupted.abort();
  });
}

// Children and servers do not all keep the process alive; it ends when everything is stopped, not before.
setInterval(() => {}, 60_000);

runDemo(parseOptions(process.argv.slice(2), repository), {
  repository,
  print: (line) => console.log(line),
  interrupted: interrupted.signal,
}).then(
  () => process.exit(0),
  (error) => {
    console.error(`\n${error.message}`);
    process.exit(1);
  },
);
