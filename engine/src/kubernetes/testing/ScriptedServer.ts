import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request that came in. The script answers it when it likes, or never. */
export interface ReceivedRequest {
  method: string;
  /** Decoded by nobody: as it came. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** Answers in one go; objects become JSON. */
  answer(status: number, body: unknown, headers?: Record<string, string>): void;
  /** Begins an answer without end: a watch. */
  open(): void;
  /** One line on an open watch. */
  event(type: string, object: unknown): void;
  /** Any bytes on an open watch. */
  write(bytes: string | Buffer): void;
  /** Ends an open watch in good order. */
  end(): void;
  /** Breaks the connection. */
  reset(): void;
  /** Resolves when the other side has gone away. */
  closed: Promise<void>;
}

/** A real HTTP server on loopback whose every answer a test writes by hand. */
export class ScriptedServer {
  /** Base URL. */
  readonly url: string;
  /** Connections opened so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #arrived: ReceivedRequest[] = [];
  readonly #waiting: ((request: ReceivedRequest) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => this.#receive(request, response));
  }

  /** Listens on a free port. */
  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new ScriptedServer(server);
  }

  /** The next request, in order of arrival. */
  next(): Promise<ReceivedRequest> {
    const request = this.#arrived.shift();
    return request ? Promise.resolve(request) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Requests that arrived and were not taken with `next`. */
  get pending(): number {
    return this.#arrived.length;
  }

  /** Answers every request from now on with `answer`. */
  always(answer: (request: ReceivedRequest) => void): void {
    const loop = async () => {
      for (;;) answer(await this.next());
    };
    void loop();
  }

  /** Ends the server and every connection. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [path, query = ''] = (request.url as string).split(/\?(.*)/s);
    const received: ReceivedRequest = {
      method: request.method as string,
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      answer(status, body, headers = {}) {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      open() {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.flushHeaders();
      },
      event: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
      write: (bytes) => void response.write(bytes),
      end: () => void response.end(),
      reset: () => void request.socket.destroy(),
      closed: new Promise((resolve) => {
        response.on('close', resolve);
      }),
    };
    const waiting = this.#waiting.shift();
    if (waiting) waiting(received);
    else this.#arrived.push(received);
  }
}
