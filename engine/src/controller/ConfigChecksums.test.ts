import { configChecksum, type ConfigReference } from '../kubernetes';
import { ConfigChecksums } from './ConfigChecksums';
import { TestCluster } from './testing/TestCluster';

let cluster: TestCluster;
let checksums: ConfigChecksums;

beforeEach(async () => {
  cluster = await TestCluster.start();
  checksums = new ConfigChecksums(cluster.view);
});

afterEach(() => cluster.close());

function reference(name: string, optional = false, kind: 'ConfigMap' | 'Secret' = 'ConfigMap'): ConfigReference {
  return { kind, name, optional, ref: `${kind.toLowerCase()}/${name}` } as ConfigReference;
}

async function put(name: string, data: Record<string, string>, annotations?: Record<string, string>): Promise<void> {
  await cluster.put('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test', annotations }, data });
}

const reads = () => cluster.server.requests.entries.filter(({ verb, path }) => verb === 'get' && path.includes('/configmaps/')).length;

it('knows what each config holds by its checksum, and reads it again only when it changed', async () => {
  await put('settings', { colour: 'blue' });
  const blue = { 'configmap/settings': { state: 'seen', checksum: configChecksum({ colour: 'blue' }) } };
  expect(await checksums.of('test', [reference('settings')])).toEqual(blue);
  expect(await checksums.of('test', [reference('settings')])).toEqual(blue);
  expect(reads()).toBe(1);
  await put('settings', { colour: 'red' });
  expect(await checksums.of('test', [reference('settings')])).toEqual({
    'configmap/settings': { state: 'seen', checksum: configChecksum({ colour: 'red' }) },
  });
  expect(reads()).toBe(2);
});

it('tells missing from optional, and leaves out what opted out', async () => {
  await put('untracked', {}, { 'flagger.app/config-tracking': 'disabled' });
  const configs = await checksums.of('test', [reference('needed'), reference('nice', true), reference('untracked')]);
  expect(configs).toEqual({ 'configmap/needed': { state: 'missing' } });
});

it('is unreadable, never changed, when it cannot be read', async () => {
  await put('settings', { colour: 'blue' });
  cluster.server.faults.failNext({ pathPattern: /configmaps\/settings/, status: 403 });
  expect(await checksums.of('test', [reference('settings')])).toEqual({
    'configmap/settings': { state: 'unreadable', message: expect.stringContaining('configmaps') },
  });
  expect(await checksums.of('test', [reference('settings')])).toMatchObject({ 'configmap/settings': { state: 'seen' } });
});
