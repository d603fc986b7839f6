import { readFile } from 'node:fs/promises';
import { runKubectl } from '@aviary/sandbox/testing';
import { hasCluster } from '../../harness/grounds';
import { until } from '../../harness/until';
import { KubeApi } from './KubeApi';
import { totalOf } from './readRequestCounts';
import { DEPLOYMENTS, NAMESPACE, setGround, type Ground } from './setGround';

const NAME = 'service-0000';
jest.setTimeout(120_000);
const onCluster = hasCluster() ? describe : describe.skip;

onCluster('the ground of a comparison', () => {
  let ground: Ground;
  let system: KubeApi;

  beforeAll(async () => {
    ground = await setGround(2);
    system = new KubeApi(await readFile(ground.kubeconfig, 'utf8'));
  });
  afterAll(async () => {
    system?.close();
    await ground?.close();
  });

  const seen = (condition: () => boolean) => until(condition, 20_000);

  async function applySplit(canary: number): Promise<number | null> {
    const backends = [
      { service: `${NAME}-canary`, weight: canary },
      { service: `${NAME}-primary`, weight: 100 - canary },
    ];
    const object = { apiVersion: 'split.smi-spec.io/v1alpha1', kind: 'TrafficSplit', metadata: { name: NAME, namespace: NAMESPACE } };
    const input = JSON.stringify({ ...object, spec: { service: NAME, backends } });
    return (await runKubectl(['apply', '-f', '-'], { kubeconfig: ground.kubeconfig, input })).code;
  }

  it('has services that wait for a system', async () => {
    expect(ground.names).toEqual(['service-0000', 'service-0001']);
    const { status } = await ground.api.get(`${DEPLOYMENTS}/${NAME}`);
    expect(status).toMatchObject({ availableReplicas: 1 });
    expect(ground.watch.of(NAME)).toEqual({ phase: '', weight: 0 });
  });

  it("counts the measured system's requests by verb, and nobody else's", async () => {
    const before = await ground.requests();
    await ground.api.get(DEPLOYMENTS);
    await system.get(DEPLOYMENTS);
    await system.get(`${DEPLOYMENTS}/${NAME}`);
    await system.patch(`${DEPLOYMENTS}/${NAME}`, { metadata: { annotations: { measured: 'true' } } });
    await expect(system.get(`${DEPLOYMENTS}/missing`)).rejects.toThrow(
      /refused GET .*missing with 404: deployments\.apps "missing" not found/,
    );
    const after = await ground.requests();
    expect(after.list - (before.list ?? 0)).toBe(1);
    expect(after.get - before.get).toBe(2);
    expect(after.patch - (before.patch ?? 0)).toBe(1);
    expect(totalOf(after) - totalOf(before)).toBe(4);
  });

  it('sees a Canary noticed, and its traffic leave the primary and come back', async () => {
    const { watch } = ground;
    const begun = performance.now();
    await system.create(`/api/v1/namespaces/${NAMESPACE}/events`, {
      metadata: { name: 'noticed', namespace: NAMESPACE },
      involvedObject: { kind: 'Canary', name: NAME, namespace: NAMESPACE },
      message: `New revision detected! Scaling up ${NAME}.${NAMESPACE}`,
    });
    await watch.waitFor([NAME], 'noticed', ({ noticedAt = 0 }) => noticedAt > begun, 20);
    expect(watch.of('service-0001').noticedAt).toBeUndefined();

    expect(await applySplit(0)).toBe(0);
    expect(await seen(() => watch.of(NAME).primaryAloneAt !== undefined)).toBe(true);
    expect(await applySplit(10)).toBe(0);
    expect(await seen(() => watch.of(NAME).primaryAloneAt === undefined)).toBe(true);
    const bad = performance.now();
    expect(await applySplit(0)).toBe(0);
    expect(await seen(() => (watch.of(NAME).primaryAloneAt ?? 0) > bad)).toBe(true);
  });

  it('says how many Canaries are not where they should be', async () => {
    await expect(ground.watch.waitFor(ground.names, 'initialised', ({ phase }) => phase === 'Initialized', 0.1)).rejects.toThrow(
      /after 0\.1 s 2 of 2 Canaries are not initialised; service-0000 is \{/,
    );
  });
});
