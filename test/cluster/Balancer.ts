import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Hands each connection to the next server that accepts one, as the load balancer before the API servers of a cluster does. */
export class Balancer {
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  /** Listens on 127.0.0.1 (on any free port when none is given) for the servers at these ports. */
  static async start(ports: readonly number[], port = 0): Promise<Balancer> {
    const sockets = new Set<Socket>();
    const server = createServer();
    const balancer = new Balancer(server, ports);
    server.on('connection', (client) => {
      sockets.add(client);
      client.once('close', () => sockets.delete(client));
      balancer.forward(client, ports.length);
    });
    server.once('close', () => sockets.forEach((socket) => socket.destroy()));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.emit('close');
  }

  private forward(client: Socket, attempts: number): void {
    client.on('error', () => client.destroy());
    if (attempts === 0) return void client.destroy();
    const upstream = connect(this.ports[this.next++ % this.ports.length], '127.0.0.1');
    const refused = () => this.forward(client, attempts - 1);
    upstream.once('error', refused);
    upstream.once('connect', () => {
      upstream.off('error', refused).on('error', () => client.destroy());
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      client.pipe(upstream).pipe(client);
    });
  }
}
