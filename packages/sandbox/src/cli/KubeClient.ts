import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { KubeObject } from '../apiserver/ObjectStore';

/** Talks to the sandbox whose kubeconfig it is given. Errors are sentences for the person at the terminal. */
export class KubeClient {
  /** Address of the API. */
  readonly server: string;

  /** Throws when the file is missing or is no kubeconfig. */
  constructor(readonly kubeconfigPath: string) {
    let text: string;
    try {
      text = readFileSync(kubeconfigPath, 'utf8');
    } catch {
      throw new Error(
        `no sandbox: there is no kubeconfig at ${kubeconfigPath}. Start one with "npm start" (or "npm run sandbox -- start"), or name its file with --kubeconfig.`,
      );
    }
    const server = parse(text)?.clusters?.[0]?.cluster?.server;
    if (typeof server !== 'string') throw new Error(`${kubeconfigPath} names no server; it is not the kubeconfig of a sandbox.`);
    this.server = server;
  }

  /** Whether something answers like an API server. */
  async answers(): Promise<boolean> {
    return this.send('GET', '/version').then(
      () => true,
      () => false,
    );
  }

  /** The objects at a collection's path. */
  async list(path: string): Promise<KubeObject[]> {
    return ((await this.send('GET', path)) as { items: KubeObject[] }).items;
  }

  /** Changes an object by a strategic merge patch; returns it as it is then. */
  async patch(path: string, body: unknown): Promise<KubeObject> {
    return (await this.send('PATCH', path, body)) as KubeObject;
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = {
      'user-agent': 'aviary-sandbox-cli',
      ...(body === undefined ? {} : { 'content-type': 'application/strategic-merge-patch+json' }),
    };
    let response: Response;
    try {
      response = await fetch(this.server + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch {
      throw new Error(
        `no sandbox answers at ${this.server} (from ${this.kubeconfigPath}). Start one with "npm start" or "npm run sandbox -- start".`,
      );
    }
    const answer = (await response.json()) as { message?: string };
    if (!response.ok) throw new Error(`the sandbox refused ${method} ${path}: ${answer.message ?? response.status}`);
    return answer;
  }
}
