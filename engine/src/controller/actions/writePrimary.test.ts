import type { KubeObject } from '@aviary/provider-contract';
import { configChecksum } from '../../kubernetes';
import { aTarget, CanaryStage } from '../testing/CanaryStage';
import { writePrimary } from './writePrimary';

const CONFIG_PODS = {
  containers: [
    {
      name: 'podinfod',
      image: 'ghcr.io/stefanprodan/podinfo:6.0.0',
      envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }],
    },
  ],
};
const DEPLOYMENTS = 'apps/deployments';

let stage: CanaryStage;

afterEach(() => stage.close());

/** A decision to promote the target as it is now; `configs` are the checksums that were analysed. */
function promote(podId: string, configs: Record<string, string> = {}): { revision: string; podId: string } {
  const revision = stage.revision();
  stage.decide({ primary: { revision, configs, podId } });
  return { revision, podId };
}

const primary = () => stage.get(DEPLOYMENTS, 'podinfo-primary');
const image = () => primary()!.spec.template.spec.containers[0].image;

async function putConfig(kind: 'ConfigMap' | 'Secret', name: string, data: Record<string, string>): Promise<KubeObject> {
  const resource = kind === 'Secret' ? '/secrets' : '/configmaps';
  return stage.cluster.put(resource, { apiVersion: 'v1', kind, metadata: { name, namespace: 'test' }, data });
}

async function withConfigs(): Promise<Record<string, string>> {
  stage = await CanaryStage.set({}, aTarget(CONFIG_PODS));
  await putConfig('ConfigMap', 'settings', { colour: 'blue' });
  await putConfig('Secret', 'keys', { token: 'c2VjcmV0' });
  return { 'configmap/settings': configChecksum({ colour: 'blue' }), 'secret/keys': configChecksum({ token: 'c2VjcmV0' }) };
}

describe('the first primary', () => {
  it('is the target under another name, with its marks, and then is seen as promoted', async () => {
    stage = await CanaryStage.set();
    await stage.act({ type: 'createPrimary', ...promote('pod-1') });
    expect(primary()).toMatchObject({
      metadata: { annotations: { 'aviary.dev/revision': stage.revision(), 'aviary.dev/fence': '3.1' } },
      spec: { replicas: 2, template: { metadata: { labels: { app: 'podinfo-primary' }, annotations: { 'flagger-id': 'pod-1' } } } },
    });
    expect((await stage.look()).situation.primary).toMatchObject({
      present: true,
      revision: stage.revision(),
      podId: 'pod-1',
      version: '6.0.0',
      fence: '3.1',
    });
  });

  it('is written once: a repeated action changes nothing', async () => {
    stage = await CanaryStage.set();
    const promotion = promote('pod-1');
    await stage.act({ type: 'createPrimary', ...promotion });
    const version = primary()!.metadata.resourceVersion;
    await stage.act({ type: 'promote', ...promotion });
    expect(primary()!.metadata.resourceVersion).toBe(version);
  });
});

describe('a promotion', () => {
  beforeEach(async () => {
    stage = await CanaryStage.set();
    await stage.act({ type: 'createPrimary', ...promote('pod-1') });
  });

  it('brings the new template and keeps what others wrote', async () => {
    const changed = structuredClone(primary()!);
    changed.metadata.annotations!['example.com/owner'] = 'somebody';
    await stage.cluster.put(DEPLOYMENTS, changed);
    await stage.deploy('6.0.1');
    await stage.act({ type: 'promote', ...promote('pod-2') });
    expect(image()).toBe('ghcr.io/stefanprodan/podinfo:6.0.1');
    expect(primary()!.metadata.annotations).toMatchObject({ 'example.com/owner': 'somebody', 'aviary.dev/fence': '3.2' });
  });

  it('of a revision that the target no longer has is superseded, and writes nothing (G3)', async () => {
    await stage.deploy('6.0.1');
    const promotion = promote('pod-2');
    await stage.deploy('6.0.2');
    const version = primary()!.metadata.resourceVersion;
    await expect(stage.act({ type: 'promote', ...promotion })).rejects.toMatchObject({ result: 'superseded', kind: null });
    expect(primary()!.metadata.resourceVersion).toBe(version);
  });

  it('never takes over a Deployment that belongs to somebody else', async () => {
    const foreign = structuredClone(primary()!);
    foreign.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'Operator', name: 'other', uid: 'uid-x', controller: true }];
    await stage.cluster.put(DEPLOYMENTS, foreign);
    await stage.deploy('6.0.1');
    await expect(stage.act({ type: 'promote', ...promote('pod-2') })).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('belongs to Operator other'),
    });
    expect(image()).toBe('ghcr.io/stefanprodan/podinfo:6.0.0');
  });
});

describe('configs', () => {
  it('are copied for the primary, which uses the copies and remembers what it was promoted with', async () => {
    const analysed = await withConfigs();
    await stage.act({ type: 'createPrimary', ...promote('pod-1', analysed) });
    expect(stage.get('/configmaps', 'settings-primary')!.data).toEqual({ colour: 'blue' });
    expect(stage.get('/secrets', 'keys-primary')!.data).toEqual({ token: 'c2VjcmV0' });
    expect(primary()!.spec.template.spec.containers[0].envFrom).toEqual([
      { configMapRef: { name: 'settings-primary' } },
      { secretRef: { name: 'keys-primary' } },
    ]);
    expect((await stage.look()).situation.primary.configs).toEqual(analysed);
  });

  it('that changed after they were analysed are not promoted', async () => {
    const analysed = await withConfigs();
    await stage.act({ type: 'createPrimary', ...promote('pod-1', analysed) });
    await stage.deploy('6.0.1');
    const promotion = promote('pod-2', analysed);
    const context = await stage.context();
    // After the look, and unseen by the watch so far.
    stage.cluster.store.update('/configmaps', { ...stage.get('/configmaps', 'settings')!, data: { colour: 'red' } } as never);
    await expect(writePrimary(promotion, context)).rejects.toMatchObject({
      result: 'superseded',
      message: 'ConfigMap settings.test is no longer what was analysed',
    });
    expect(stage.get('/configmaps', 'settings-primary')!.data).toEqual({ colour: 'blue' });
    expect(image()).toBe('ghcr.io/stefanprodan/podinfo:6.0.0');
  });

  it('that are missing are named', async () => {
    const analysed = await withConfigs();
    await stage.cluster.remove('/configmaps', 'test', 'settings');
    const promotion = promote('pod-1', { 'secret/keys': analysed['secret/keys'] });
    await expect(writePrimary(promotion, await stage.context())).rejects.toMatchObject({
      kind: 'misconfigured',
      message: 'ConfigMap settings.test does not exist; create it or mark its use optional',
    });
  });
});

describe('a primary that was deleted', () => {
  it('comes back as it was promoted, with the configs of then, whatever the target says now', async () => {
    const analysed = await withConfigs();
    const promoted = stage.revision();
    await stage.act({ type: 'createPrimary', ...promote('pod-1', analysed) });
    stage.kept[promoted] = structuredClone(stage.get(DEPLOYMENTS, 'podinfo')!);
    await stage.deploy('6.0.1');
    await putConfig('ConfigMap', 'settings', { colour: 'red' });
    await stage.cluster.remove(DEPLOYMENTS, 'test', 'podinfo-primary');
    stage.decide({ primary: null }, { promoted: { revision: promoted, version: '6.0.0' } });
    await stage.act({ type: 'createPrimary', revision: promoted, podId: 'pod-9' });
    expect(image()).toBe('ghcr.io/stefanprodan/podinfo:6.0.0');
    expect(stage.get('/configmaps', 'settings-primary')!.data).toEqual({ colour: 'blue' });
    expect((await stage.look()).situation.primary).toMatchObject({ revision: promoted, configs: analysed });
  });

  it('keeps its own copies although the target needs no configs any more', async () => {
    const analysed = await withConfigs();
    const promoted = stage.revision();
    await stage.act({ type: 'createPrimary', ...promote('pod-1', analysed) });
    stage.kept[promoted] = structuredClone(stage.get(DEPLOYMENTS, 'podinfo')!);
    const target = structuredClone(stage.get(DEPLOYMENTS, 'podinfo')!);
    delete target.spec.template.spec.containers[0].envFrom;
    await stage.cluster.put(DEPLOYMENTS, target);
    await stage.cluster.remove(DEPLOYMENTS, 'test', 'podinfo-primary');
    stage.decide({ primary: null }, { promoted: { revision: promoted, version: '6.0.0' } });
    await stage.act({ type: 'createPrimary', revision: promoted, podId: 'pod-9' });
    expect(primary()!.spec.template.spec.containers[0].envFrom[0]).toEqual({ configMapRef: { name: 'settings-primary' } });
  });

  it('is not made from a target that nobody analysed when the ledger has nothing', async () => {
    stage = await CanaryStage.set();
    const promoted = stage.revision();
    await stage.deploy('6.0.1');
    stage.decide({ primary: null }, { promoted: { revision: promoted, version: '6.0.0' } });
    await expect(stage.act({ type: 'createPrimary', revision: promoted, podId: 'pod-9' })).rejects.toMatchObject({ result: 'superseded' });
    expect(primary()).toBeUndefined();
  });
});
