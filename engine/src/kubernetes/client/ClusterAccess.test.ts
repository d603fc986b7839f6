import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadClusterAccess } from './ClusterAccess';

const kubeconfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'one',
  clusters: [
    {
      name: 'one',
      cluster: { server: 'https://one.example.com:6443', 'certificate-authority-data': base64('the CA'), 'tls-server-name': 'kubernetes' },
    },
    { name: 'plain', cluster: { server: 'http://127.0.0.1:8001', 'proxy-url': 'http://proxy.example.com:3128' } },
  ],
  users: [
    { name: 'certificate', user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') } },
    { name: 'token', user: { token: 'abc' } },
    { name: 'password', user: { username: 'u', password: 'p' } },
    {
      name: 'exec',
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', execPlugin()] } },
    },
  ],
  contexts: [
    { name: 'one', context: { cluster: 'one', user: 'certificate' } },
    { name: 'plain', context: { cluster: 'plain', user: 'token' } },
    { name: 'basic', context: { cluster: 'plain', user: 'password' } },
    { name: 'exec', context: { cluster: 'plain', user: 'exec' } },
    { name: 'lost', context: { cluster: 'missing', user: 'token' } },
  ],
});

// The official client is thousands of files, which a cold Jest has to transform once.
jest.setTimeout(120_000);

describe('loadClusterAccess', () => {
  it('takes certificates from the kubeconfig', async () => {
    const access = await loadClusterAccess({ from: 'text', kubeconfig });
    expect(access.server).toBe('https://one.example.com:6443');
    const { headers, tls } = await access.credentials();
    expect(headers).toEqual({});
    expect([tls.ca, tls.cert, tls.key].map(String)).toEqual(['the CA', 'cert', 'key']);
    expect(tls.servername).toBe('kubernetes');
  });

  it.each([
    ['plain', 'Bearer abc'],
    ['basic', `Basic ${base64('u:p')}`],
    ['exec', 'Bearer from-plugin'],
  ])('takes what proves who we are from context %s, plain http allowed as with kubectl', async (context, authorization) => {
    const access = await loadClusterAccess({ from: 'text', kubeconfig, context });
    expect(access).toMatchObject({ server: 'http://127.0.0.1:8001', proxyUrl: 'http://proxy.example.com:3128' });
    expect((await access.credentials()).headers).toEqual({ Authorization: authorization });
  });

  it('reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    await writeFile(join(folder, 'config'), kubeconfig);
    const access = await loadClusterAccess({ from: 'file', path: join(folder, 'config'), context: 'plain' });
    await rm(folder, { recursive: true });
    expect(access.server).toBe('http://127.0.0.1:8001');
  });

  it('takes a new token from a file that the kubeconfig names, and from a kubeconfig that is written anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    const path = join(folder, 'config');
    let now = 0;
    const write = (user: object) =>
      writeFile(
        path,
        JSON.stringify({
          'current-context': 'one',
          clusters: [{ name: 'one', cluster: { server: 'http://127.0.0.1:8001' } }],
          users: [{ name: 'engine', user }],
          contexts: [{ name: 'one', context: { cluster: 'one', user: 'engine' } }],
        }),
      );
    await writeFile(join(folder, 'token'), 'first\n');
    await write({ tokenFile: 'token' });
    const access = await loadClusterAccess({ from: 'file', path }, () => now);
    const authorization = async () => (await access.credentials()).headers.Authorization;
    expect(await authorization()).toBe('Bearer first');
    await writeFile(join(folder, 'token'), 'second one\n');
    expect(await authorization()).toBe('Bearer first');
    now = 5_000;
    expect(await authorization()).toBe('Bearer second one');
    await rm(join(folder, 'token'));
    now = 10_000;
    expect(await authorization()).toBe('Bearer second one');
    await write({ token: 'of the kubeconfig itself' });
    now = 15_000;
    expect(await authorization()).toBe('Bearer of the kubeconfig itself');
    await writeFile(path, 'half writt');
    now = 20_000;
    expect(await authorization()).toBe('Bearer of the kubeconfig itself');
    await rm(folder, { recursive: true });
  });

  it('names the contexts there are, and a context without a cluster', async () => {
    await expect(loadClusterAccess({ from: 'text', kubeconfig, context: 'two' })).rejects.toThrow(
      'the kubeconfig has no context "two"; it has one, plain, basic, exec, lost',
    );
    await expect(loadClusterAccess({ from: 'text', kubeconfig, context: 'lost' })).rejects.toThrow('names no cluster');
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function execPlugin(): string {
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-plugin' } };
  return `console.log(${JSON.stringify(JSON.stringify(credential))})`;
}
