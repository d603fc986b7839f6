import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that arrived. */
export interface Received {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: any;
}

/** An HTTP server of the test: webhooks and alerts go there. */
export interface Receiver {
  url: string;
  /** Everything that arrived, oldest first. */
  received: Received[];
  /** What it answers from now on. 200 at first. */
  answer: (request: Received) => number;
  /** Connections are refused; with `false` they are taken again, on the same port. */
  refuse(on: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const received = { path: request.url ?? '/', headers: request.headers, body: text === '' ? null : JSON.parse(text) };
    receiver.received.push(received);
    const status = receiver.answer(received);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(status < 300 ? 'ok' : `answered with ${status}`);
  });
  const listen = (port: number) => new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    received: [],
    answer: () => 200,
    refuse: (on) => (on ? close() : listen(port)),
    close,
  };
  return receiver;
}
