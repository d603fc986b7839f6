import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { livingOwner } from './livingOwner';

/** Where the demo keeps what it keeps: `.aviary` at the root of the repository. One run at a time. */
export class DemoFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(join(path, 'logs'), { recursive: true });
  }

  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }
  get clock(): string {
    return join(this.path, 'clock.json');
  }
  get sandbox(): string {
    return join(this.path, 'sandbox');
  }
  get portalConfig(): string {
    return join(this.path, 'app-config.yaml');
  }
  /** Postgres' data. Not in here when root runs the demo in a folder that the unprivileged server cannot enter. */
  get database(): string {
    return process.getuid?.() === 0 && isClosedToOthers(this.path) ? openFolderFor(this.path) : join(this.path, 'postgres');
  }

  log(name: string): string {
    return join(this.path, 'logs', `${name}.log`);
  }

  /** @throws Error when another run uses the folder */
  lock(): void {
    const file = join(this.path, 'pid');
    const owner = livingOwner(file);
    if (owner !== null && owner !== process.pid) {
      throw new Error(
        `The demo is running already, as process ${owner}, with the data in ${this.path}. ` +
          `Stop it first (Ctrl-C there, or kill ${owner}), or give this one its own data with npm start -- --data-dir <folder>.`,
      );
    }
    writeFileSync(file, `${process.pid}\n`);
  }

  unlock(): void {
    rmSync(join(this.path, 'pid'), { force: true });
  }

  /** Forgets everything of earlier runs, logs aside. */
  reset(): void {
    for (const path of [this.database, this.sandbox, this.clock, this.kubeconfig, this.portalConfig]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function isClosedToOthers(path: string): boolean {
  const closed = (statSync(path).mode & 0o001) === 0;
  return closed || (dirname(path) !== path && isClosedToOthers(dirname(path)));
}

function openFolderFor(path: string): string {
  const folder = `/var/tmp/aviary-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new Error(
      `${folder} was to hold the demo's database, but it is not root's own folder. Remove it, or use npm start -- --data-dir <folder>.`,
    );
  }
  return join(folder, 'postgres');
}
