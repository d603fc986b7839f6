import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadClusterAccess, type ClusterEnvironment } from './ClusterAccess';

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
    { name: 'insecure', cluster: { server: 'https://127.0.0.1:6443', 'insecure-skip-tls-verify': true } },
  ],
  users: [
    { name: 'certificate', user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') } },
    { name: 'token', user: { token: 'abc' } },
    { name: 'password', user: { username: 'u', password: 'p' } },
    {
      name: 'exec',
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', execPlugin()] } },
    },
    { name: 'oidc', user: { 'auth-provider': { name: 'oidc', config: { 'id-token': idToken() } } } },
    { name: 'impersonator', user: { token: 'abc', as: 'someone' } },
  ],
  contexts: [
    { name: 'one', context: { cluster: 'one', user: 'certificate' } },
    { name: 'plain', context: { cluster: 'plain', user: 'token' } },
    { name: 'basic', context: { cluster: 'plain', user: 'password' } },
    { name: 'exec', context: { cluster: 'plain', user: 'exec' } },
    { name: 'oidc', context: { cluster: 'plain', user: 'oidc' } },
    { name: 'impersonator', context: { cluster: 'insecure', user: 'impersonator' } },
    { name: 'lost', context: { cluster: 'missing', user: 'token' } },
  ],
});

// For one user the official client is loaded whole: thousands of files, which a cold Jest has to transform once.
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
    ['oidc', `Bearer ${idToken()}`],
  ])('takes what proves who we are from context %s, plain http allowed as with kubectl', async (context, authorization) => {
    const access = await loadClusterAccess({ from: 'text', kubeconfig, context });
    expect(access).toMatchObject({ server: 'http://127.0.0.1:8001', proxyUrl: 'http://proxy.example.com:3128' });
    expect((await access.credentials()).headers).toEqual({ Authorization: authorization });
  });

  it('acts as somebody else and accepts any certificate when the kubeconfig says so', async () => {
    const access = await loadClusterAccess({ from: 'text', kubeconfig, context: 'impersonator' });
    const { headers, tls } = await access.credentials();
    expect(headers).toEqual({ Authorization: 'Bearer abc', 'Impersonate-User': 'someone' });
    expect(tls.rejectUnauthorized).toBe(false);
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

  it('says which file is no kubeconfig', async () => {
    await expect(loadClusterAccess({ from: 'file', path: __filename })).rejects.toThrow(`the kubeconfig ${__filename} cannot be read: `);
  });

  it('names the contexts there are, and a context without a cluster', async () => {
    await expect(loadClusterAccess({ from: 'text', kubeconfig, context: 'two' })).rejects.toThrow(
      'the kubeconfig has no context "two"; it has one, plain, basic, exec, oidc, impersonator, lost',
    );
    await expect(loadClusterAccess({ from: 'text', kubeconfig, context: 'lost' })).rejects.toThrow('names no cluster');
  });
});

describe('without a kubeconfig that somebody named', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = (found: Partial<ClusterEnvironment>, now?: () => number) =>
    loadClusterAccess({ from: 'default', environment: { kubeconfigs: [], serviceAccount: folder, ...found } }, now);

  it('merges the kubeconfigs that are there', async () => {
    const paths = ['missing', 'first', 'second'].map((name) => join(folder, name));
    await writeFile(paths[1], JSON.stringify({ 'current-context': 'plain' }));
    await writeFile(paths[2], kubeconfig);
    expect((await load({ kubeconfigs: paths })).server).toBe('http://127.0.0.1:8001');
  });

  it.each([
    ['10.0.0.1', 'https://10.0.0.1:443'],
    ['fd00::1', 'https://[fd00::1]:443'],
  ])('uses the service account of a pod and its tokens as they rotate; API server at %s', async (host, server) => {
    await writeFile(join(folder, 'token'), 'first');
    await writeFile(join(folder, 'ca.crt'), 'the CA');
    let now = 0;
    const access = await load({ kubeconfigs: [join(folder, 'missing')], host, port: '443' }, () => now);
    expect(access.server).toBe(server);
    expect(await access.credentials()).toMatchObject({ headers: { Authorization: 'Bearer first' }, tls: { ca: Buffer.from('the CA') } });
    await writeFile(join(folder, 'token'), 'another');
    now = 5_000;
    expect((await access.credentials()).headers).toEqual({ Authorization: 'Bearer another' });
  });

  it('tries this machine, as kubectl does, when there is no service account either', async () => {
    const access = await load({ host: '10.0.0.1', port: '443' });
    expect([access.server, (await access.credentials()).headers]).toEqual(['http://localhost:8080', {}]);
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function execPlugin(): string {
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-plugin' } };
  return `console.log(${JSON.stringify(JSON.stringify(credential))})`;
}

/** Good for a century; nobody looks at its signature here. */
function idToken(): string {
  const [header, payload] = [{ alg: 'none' }, { exp: 4_900_000_000 }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${header}.${payload}.signature`;
}
