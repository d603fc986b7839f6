import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKubectl } from '@aviary/sandbox/testing';
import { stringify } from 'yaml';
import { type Ground, type GroundName, startGround } from '../../harness/grounds';
import { until } from '../../harness/until';

const DEFINITIONS = join(__dirname, '../../../deploy/crds');

/** What a run may be given besides its arguments. */
export interface RunOptions {
  /** Standard input: text, or objects that are written as YAML documents. */
  input?: unknown;
  env?: Record<string, string>;
  signal?: AbortSignal;
  onStdout?: (text: string) => void;
}

/** The real kubectl in a namespace of its own; what it says is freed of what differs from run to run. */
export class Kubectl {
  readonly namespace: string;
  readonly #folder: string;
  readonly #kubeconfig: string;
  #ground: Ground | undefined;

  private constructor(folder: string, namespace: string) {
    this.#folder = folder;
    this.#kubeconfig = join(folder, 'kubeconfig');
    this.namespace = namespace;
  }

  /** Makes a new namespace, the current one of all runs, and installs this repository's definitions over others of the same names. */
  static async start(ground: Ground): Promise<Kubectl> {
    const folder = await mkdtemp(join(tmpdir(), 'aviary-kubectl-'));
    const kubectl = new Kubectl(folder, `ns-${randomBytes(4).toString('hex')}`);
    await copyFile(ground.kubeconfigPath, kubectl.#kubeconfig);
    const { code, stderr } = await kubectl.raw(`create namespace ${kubectl.namespace}`);
    if (code !== 0) throw new Error(`no namespace could be made: ${stderr}`);
    await kubectl.run(`config set-context --current --namespace=${kubectl.namespace}`);
    await kubectl.run(`apply --server-side --force-conflicts -f ${DEFINITIONS}`);
    const served = async () => (await kubectl.raw('get --raw /apis/flagger.app/v1alpha3/canaries')).code === 0;
    if (!(await until(served, 15_000))) throw new Error('the definition of Canaries is not served 15 seconds after it was applied');
    return kubectl;
  }

  /** The same on a ground of its own, which closes with it. */
  static async onGround(name: GroundName): Promise<Kubectl> {
    const ground = await startGround(name);
    try {
      const kubectl = await Kubectl.start(ground);
      kubectl.#ground = ground;
      return kubectl;
    } catch (error) {
      await ground.close();
      throw error;
    }
  }

  /** Output of a run; then, if it complained, what it said; then, if it failed, with which code. */
  async run(line: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.raw(line, options);
    const parts = [stdout, stderr && `[stderr] ${stderr}`, code === 0 ? '' : `[exit ${code}]`];
    return this.#plain(parts.map((part) => part.trim()).join('\n')).trim();
  }

  /** The same, untouched. Arguments in single quotes stay together; `@` is the folder of `file`. */
  async raw(line: string, { input, ...options }: RunOptions = {}) {
    const args = line.match(/(?:'[^']*'|[^\s'])+/g)!.map((arg) => arg.replace(/'/g, '').replace(/^@/, this.#folder));
    const documents =
      typeof input === 'string'
        ? input
        : input === undefined
          ? undefined
          : [input]
              .flat()
              .map((one) => stringify(one))
              .join('---\n');
    return runKubectl(args, { kubeconfig: this.#kubeconfig, input: documents, ...options });
  }

  /** Output of a run as JSON. */
  async json(line: string): Promise<any> {
    const { code, stdout, stderr } = await this.raw(`${line} -o json`);
    if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Writes a file beside the kubeconfig; its path on the command line is `@/<name>`. */
  async file(name: string, content: unknown, mode = 0o600): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, typeof content === 'string' ? content : stringify(content));
    await chmod(path, mode);
    return path;
  }

  /** Removes the namespace, without waiting for its end, and the files; closes the ground if it is its own. */
  async close(): Promise<void> {
    await this.run(`delete namespace ${this.namespace} --wait=false`);
    await rm(this.#folder, { recursive: true, force: true });
    await this.#ground?.close();
  }

  #plain(text: string): string {
    return (
      text
        .replaceAll(this.namespace, 'NAMESPACE')
        .replaceAll(this.#folder, 'FOLDER')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
        .replace(/(resourceVersion"?: )"\d+"/g, '$1RV')
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
        .replace(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME')
        .replace(/\b(10|127)\.\d+\.\d+\.\d+\b/g, 'IP')
        // Lines that the client logs for itself.
        .replace(/(\[stderr\] )?[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ .*\n/g, '$1')
        // Hashes of pod templates, and what is made up behind them.
        .replace(/-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, (_, pod) => (pod ? '-HASH-POD' : '-HASH'))
        .replace(/(pod-template-hash[=:] ?)\w+/g, '$1HASH')
        .replace(/https?:\/\/IP(:\d+)?/g, 'SERVER')
        .split('\n')
        // Columns are as wide as the longest name in them; the ages are those of the moment.
        .map((line) =>
          line
            .replace(/(?<=\S) {2,}/g, '  ')
            .replace(/(^|  |over )(\d+[smh]){1,2}(?= ago| \(|\)|  |$)/g, '$1AGE')
            .trimEnd(),
        )
        .join('\n')
    );
  }
}

/** A Deployment with one container. */
export function deployment(name: string, image: string, spec: Record<string, unknown> = {}): any {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 8080, name: 'http' }] }] },
      },
      ...spec,
    },
  };
}

/** A ConfigMap. */
export function configMap(name: string, data: Record<string, string>): any {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** A Service for the pods of a Deployment. */
export function service(name: string): any {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
