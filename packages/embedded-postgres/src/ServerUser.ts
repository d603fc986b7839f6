import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `nobody` and `nogroup` on Debian and most others; the number needs no entry in /etc/passwd. */
const unprivilegedId = 65534;

/** Whom the server runs as. Postgres refuses to run as root, so root hands it to an unprivileged id. */
export interface ServerUser {
  /** Options for `spawn`; empty when the server runs as we do. */
  ids: { uid?: number; gid?: number };
  /** Whether files of ours must be handed over or be open to others. */
  isOther: boolean;
}

/** The user for a server that this process starts. */
export function serverUser(): ServerUser {
  const root = process.getuid?.() === 0;
  return root ? { ids: { uid: unprivilegedId, gid: unprivilegedId }, isOther: true } : { ids: {}, isOther: false };
}

/** The nearest folder at or above `path` that people other than its owner cannot enter; null when there is none. */
export async function closedFolder(path: string): Promise<string | null> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) {
    return path;
  }
  const parent = dirname(path);
  return parent === path ? null : closedFolder(parent);
}
