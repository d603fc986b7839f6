import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { KubeObject } from '@aviary/sandbox';
import { parse } from 'yaml';
import { pause } from '../setting/pause';

const CONNECTIONS = 16;
/** A watch that has ended is begun again after this long. */
const PAUSE = 200;

/** An object changed. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

/** The bench's own way to the API server: nothing of the engine, so that it sees what a user sees. */
export class KubeApi {
  readonly #server: string;
  readonly #token: string;
  readonly #agent: Agent;
  #closed = false;

  /** Takes the text of a kubeconfig with one cluster and one user, who has a token. */
  constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig);
    this.#server = clusters[0].cluster.server;
    this.#token = users[0].user.token;
    const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
    this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca });
  }

  /** The answer as text. @throws Error with the server's message when it refuses */
  async text(path: string): Promise<string> {
    return textOf(await this.#send('GET', path));
  }

  /** The object or list at a path. */
  async get(path: string): Promise<KubeObject> {
    return JSON.parse(await this.text(path)) as KubeObject;
  }

  async create(path: string, object: object): Promise<KubeObject> {
    return JSON.parse(await textOf(await this.#send('POST', path, object))) as KubeObject;
  }

  /** A strategic merge patch. Resolves when the server has answered. */
  async patch(path: string, body: object): Promise<void> {
    await textOf(await this.#send('PATCH', path, body, 'application/strategic-merge-patch+json'));
  }

  /** Tells `told` each object of a collection, then each change; goes on after every interruption, until `close`. */
  watch(path: string, told: (event: WatchEvent) => void): void {
    const follow = async () => {
      const list = await this.get(path);
      for (const object of list.items as KubeObject[]) told({ type: 'ADDED', object });
      const query = `watch=true&resourceVersion=${list.metadata.resourceVersion}`;
      const response = await this.#send('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`);
      for await (const line of linesOf(response)) {
        const event = JSON.parse(line) as WatchEvent | { type: 'ERROR' };
        if (event.type === 'ERROR') return;
        told(event);
      }
    };
    const goOn = async () => {
      while (!this.#closed) {
        // Whatever ended it, the next list has what was missed.
        await follow().catch(() => {});
        await pause(PAUSE);
      }
    };
    void goOn();
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  #send(method: string, path: string, body?: object, contentType = 'application/json'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.#token}`,
        'user-agent': 'aviary-bench',
        ...(body && { 'content-type': contentType }),
      };
      const sent = request(this.#server + path, { method, headers, agent: this.#agent }, async (response) => {
        const status = response.statusCode ?? 0;
        if (status < 300) return resolve(response);
        const said = await textOf(response).catch((error: Error) => error.message);
        return reject(new Error(`the API server refused ${method} ${path} with ${status}: ${messageIn(said)}`));
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** The message of a Status, or the text itself. */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: string }).message ?? text);
  } catch {
    return text.slice(0, 200);
  }
}
