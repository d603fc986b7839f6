import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake service answers. */
export interface Answer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A request as it came over the wire. */
export interface ReceivedRequest {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** How the fake service behaves: an answer, one that depends on the request, no answer at all, or a broken connection. */
export type Behaviour = Answer | ((request: ReceivedRequest) => Answer) | 'silent' | 'broken';

/** A real HTTP server on the loopback interface that stands for a service. */
export class AnswerServer {
  readonly received: ReceivedRequest[] = [];
  readonly #server: http.Server;

  private constructor(behaviour: Behaviour) {
    this.#server = http.createServer(async (incoming, response) => {
      const request = await receive(incoming);
      this.received.push(request);
      if (behaviour === 'silent') return;
      if (behaviour === 'broken') {
        incoming.socket.destroy();
        return;
      }
      const { status = 200, headers, body } = typeof behaviour === 'function' ? behaviour(request) : behaviour;
      response.writeHead(status, headers).end(body);
    });
  }

  static async start(behaviour: Behaviour): Promise<AnswerServer> {
    const started = new AnswerServer(behaviour);
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  /** `http://127.0.0.1:port` */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** An answer that repeats everything it received, as careless servers and proxies do in their error pages. */
export function echo(status: number): Behaviour {
  return (request) => ({ status, body: JSON.stringify(request) });
}

async function receive(incoming: http.IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: Buffer.concat(chunks).toString() };
}
