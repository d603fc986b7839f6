import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { promisify } from 'node:util';

/** The release whose behaviour the engine is held to. */
export const FLAGGER_VERSION = '1.44.0';
const PATIENCE = 20_000;

/** Makes sure that a file is the Flagger to compare with. @throws Error that says what it is instead */
export async function checkFlagger(path: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `there is no Flagger binary at ${path}; build one with: go install github.com/fluxcd/flagger/cmd/flagger@v${FLAGGER_VERSION}`,
    );
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`${path} may not be run; make it executable: chmod +x ${path}`);
  }
  const said = await sayVersion(path);
  const version = versionIn(said);
  if (version === undefined) throw new Error(`${path} is no Flagger: asked for its version it said "${said.trim().slice(0, 80)}"`);
  if (version !== FLAGGER_VERSION) {
    throw new Error(`${path} is Flagger ${version}; the comparison is with ${FLAGGER_VERSION}, because other versions behave differently`);
  }
}

/** The version in what `flagger -version` prints, such as `Flagger version 1.44.0 revision  unknown`. */
export function versionIn(output: string): string | undefined {
  return /^Flagger version v?(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
}

async function sayVersion(path: string): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, ['-version'], { timeout: PATIENCE });
    return `${stdout}${stderr}`;
  } catch (error) {
    const { code, stdout, stderr, message } = error as { code: unknown; stdout: string; stderr: string; message: string };
    // Another program that does not know the flag: what it said tells the user which one it is.
    if (typeof code === 'number') return `${stdout}${stderr}`;
    throw new Error(`${path} cannot be run: ${message.split('\n')[0]}`);
  }
}
