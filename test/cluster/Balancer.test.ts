import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Balancer } from './Balancer';

describe('Balancer', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));

  async function serverThatSays(text: string): Promise<{ port: number; server: Server }> {
    const server = createServer((socket) => socket.end(text)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return { port: (server.address() as AddressInfo).port, server };
  }

  async function read(port: number): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    await once(socket, 'close');
    return text;
  }

  async function balance(ports: number[]): Promise<Balancer> {
    const balancer = await Balancer.start(ports);
    closers.push(() => balancer.close());
    return balancer;
  }

  it('takes turns', async () => {
    const balancer = await balance([(await serverThatSays('a')).port, (await serverThatSays('b')).port]);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await read(balancer.port));
    expect(answers).toEqual(['a', 'b', 'a', 'b']);
  });

  it('goes to the others when one refuses', async () => {
    const gone = await serverThatSays('gone');
    const balancer = await balance([gone.port, (await serverThatSays('there')).port]);
    gone.server.close();
    expect([await read(balancer.port), await read(balancer.port)]).toEqual(['there', 'there']);
  });

  it('ends the connection when all refuse', async () => {
    const gone = await serverThatSays('gone');
    const balancer = await balance([gone.port]);
    gone.server.close();
    expect(await read(balancer.port)).toBe('');
  });

  it('ends its connections when it is closed', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const balancer = await Balancer.start([(server.address() as AddressInfo).port]);
    const socket = connect(balancer.port, '127.0.0.1');
    await once(socket, 'connect');
    await once(server, 'connection');
    balancer.close();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});
