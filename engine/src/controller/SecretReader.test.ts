import { inspect } from 'node:util';
import { ClusterCache } from '../kubernetes';
import { ClusterView } from './ClusterView';
import { SecretReader } from './SecretReader';
import { TestCluster } from './testing/TestCluster';

let cluster: TestCluster;
let reader: SecretReader;

beforeEach(async () => {
  cluster = await TestCluster.start();
  reader = new SecretReader(cluster.view);
});

afterEach(() => cluster.close());

async function put(data: Record<string, string>): Promise<void> {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  await cluster.put('/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'slack', namespace: 'test' }, data: encoded });
}

const KEYS = [
  { name: 'address', required: true },
  { name: 'token', required: false },
];
const gets = () => cluster.server.requests.entries.filter(({ verb, path }) => verb === 'get' && path.includes('/secrets/')).length;

it('hands over the declared keys alone, as values that do not print', async () => {
  await put({ address: 'https://hooks.example.com/T0/secret', other: 'private' });
  const values = await reader.read('test', 'slack', KEYS);
  expect(Object.keys(values)).toEqual(['address']);
  expect(values.address.reveal()).toBe('https://hooks.example.com/T0/secret');
  expect(`${inspect(values)} ${JSON.stringify(values)} ${values.address}`).not.toContain('secret');
});

it('reads a Secret once, and again only when it changed', async () => {
  await put({ address: 'one' });
  for (let read = 0; read < 3; read++) await reader.read('test', 'slack', KEYS);
  expect(gets()).toBe(1);
  await put({ address: 'two' });
  expect((await reader.read('test', 'slack', KEYS)).address.reveal()).toBe('two');
  expect(gets()).toBe(2);
});

it('reads without a watch on Secrets, each time anew', async () => {
  await put({ address: 'one' });
  const view = new ClusterView(cluster.client, new ClusterCache(cluster.client), undefined, false);
  await view.start();
  const unwatched = new SecretReader(view);
  for (let read = 0; read < 2; read++) expect((await unwatched.read('test', 'slack', KEYS)).address.reveal()).toBe('one');
  expect(gets()).toBe(2);
  expect(view.cache.watches().map(({ resource }) => resource.plural)).not.toEqual(expect.arrayContaining(['secrets']));
  expect(view.cache.watches().map(({ resource }) => resource.plural)).toContain('services');
  await view.cache.stop();
});

it('says which key, Secret or permission is missing', async () => {
  await expect(reader.read('test', 'slack', KEYS)).rejects.toMatchObject({
    kind: 'misconfigured',
    message: 'Secret test/slack does not exist; create it or correct the secretRef',
  });
  await put({ token: 'x' });
  await expect(reader.read('test', 'slack', KEYS)).rejects.toMatchObject({
    kind: 'misconfigured',
    message: "Secret test/slack has no key address; add it to the Secret's data",
  });
  await put({ token: 'y' });
  cluster.server.faults.failNext({ pathPattern: /secrets\/slack/, status: 403 });
  await expect(reader.read('test', 'slack', KEYS)).rejects.toMatchObject({
    kind: 'unauthorized',
    message: /may not read Secret test\/slack/,
  });
});
