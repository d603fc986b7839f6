import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection between an engine and a cluster that a test can cut and hold, while everybody else goes on. */
export class Wire {
  /** Connections that were asked for so far, those in vain included. */
  asked = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<[Socket, Socket]>();
  #state: 'whole' | 'cut' | 'held' = 'whole';

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  /** Listens on a free port of 127.0.0.1 for the server at `url`. */
  static async to(url: string): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new Wire(server, Number(new URL(url).port));
  }

  /** What stands for the server's address on this side. */
  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every connection and lets none come about. */
  cut(): void {
    this.#state = 'cut';
    this.#end();
  }

  /** Connections stay open and are taken, and nothing goes through any more. */
  hold(): void {
    this.#state = 'held';
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Whole again; what was held is lost, as behind a router that forgot its connections. */
  mend(): void {
    this.#end();
    this.#state = 'whole';
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(client: Socket): void {
    this.asked += 1;
    client.on('error', () => client.destroy());
    if (this.#state === 'cut') return void client.destroy();
    const server = connect(this.#target, '127.0.0.1');
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    server.on('error', () => client.destroy());
    server.once('close', () => client.destroy());
    client.once('close', () => {
      server.destroy();
      this.#pairs.delete(pair);
    });
    client.pipe(server).pipe(client);
    if (this.#state === 'held') for (const socket of pair) socket.pause();
  }

  #end(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }
}
