import type { Answer } from '../Api';
import { until } from '../../harness/until';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

/** What deletion does: finalizers, preconditions, owners and what they own. */
export function deletion(at: Subject): void {
  let namespace: string;
  let path: string;
  const isGone = async (one: string) => (await at.api.get(one)).status === 404;
  const gone = (one: string) => until(() => isGone(one), 20_000);
  const owned = (name: string, owner: any, more: Record<string, unknown> = {}) => {
    const { apiVersion, kind, metadata } = owner;
    const ownerReferences = [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more }];
    return { ...configMap(name), metadata: { name, ownerReferences } };
  };
  const newOwner = async (name: string) => made(await at.api.create(path, configMap(name)));

  beforeAll(async () => {
    namespace = await newNamespace(at, 'deletion');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
  });

  test('of a plain object is answered with a Success Status that names it', async () => {
    const { metadata } = await newOwner('plain');
    const { status, body } = await at.api.delete(`${path}/plain`);
    expect([status, body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'plain', kind: 'configmaps', uid: metadata.uid },
      },
    ]);
    const again = await at.api.delete(`${path}/plain`);
    expect([again.status, again.body.message]).toEqual([404, 'configmaps "plain" not found']);
  });

  test('waits for finalizers: deletionTimestamp first, the end with the last of them', async () => {
    const metadata = { name: 'held', finalizers: ['behaviour.example/one', 'behaviour.example/two'] };
    made(await at.api.create(widgetsOf(namespace), { ...widget('held'), metadata }));
    const one = `${widgetsOf(namespace)}/held`;
    const { status, body } = await at.api.delete(one);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'Widget', metadata: { name: 'held', generation: 2, deletionGracePeriodSeconds: 0 } });
    expect(body.metadata.deletionTimestamp).toMatch(/^\d{4}-/);
    const again = made(await at.api.delete(one));
    expect(again.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    const changed = made(await at.api.patch(one, 'merge', { spec: { size: 3 }, metadata: { deletionTimestamp: null } }));
    expect(changed).toMatchObject({ spec: { size: 3 }, metadata: { deletionTimestamp: body.metadata.deletionTimestamp } });
    const added = await at.api.patch(one, 'merge', { metadata: { finalizers: [...metadata.finalizers, 'behaviour.example/three'] } });
    expect([added.status, added.body.message]).toEqual([
      422,
      'Widget.behaviour.example "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"behaviour.example/three"}',
    ]);
    made(await at.api.patch(one, 'merge', { metadata: { finalizers: ['behaviour.example/two'] } }));
    expect((await at.api.get(one)).status).toBe(200);
    const last = await at.api.patch(one, 'merge', { metadata: { finalizers: null } });
    expect([last.status, last.body.metadata.name]).toEqual([200, 'held']);
    expect((await at.api.get(one)).status).toBe(404);
  });

  test('is watched as MODIFIED while finalizers hold, then as DELETED with a version of its own', async () => {
    const metadata = { name: 'watched', finalizers: ['behaviour.example/one'] };
    const created = made(await at.api.create(path, { ...configMap('watched'), metadata }));
    const watch = await at.api.watch(path, { resourceVersion: created.metadata.resourceVersion, fieldSelector: 'metadata.name=watched' });
    const held = made(await at.api.delete(`${path}/watched`));
    made(await at.api.patch(`${path}/watched`, 'merge', { metadata: { finalizers: null } }));
    const events = await watch.take(2);
    expect(events.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
    expect(events[0].object.metadata.resourceVersion).toBe(held.metadata.resourceVersion);
    expect(Number(events[1].object.metadata.resourceVersion)).toBeGreaterThan(Number(held.metadata.resourceVersion));
    await watch.close();
  });

  test('under the precondition of another uid or resourceVersion is a 409', async () => {
    const { metadata } = await newOwner('guarded');
    const refuse = async (preconditions: object): Promise<Answer> => at.api.delete(`${path}/guarded`, { preconditions });
    const uid = await refuse({ uid: 'another' });
    expect([uid.status, uid.body.reason, uid.body.message]).toEqual([
      409,
      'Conflict',
      `Operation cannot be fulfilled on ConfigMap "guarded": the UID in the precondition (another) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    ]);
    const version = await refuse({ resourceVersion: '1' });
    expect([version.status, version.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on ConfigMap "guarded": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    ]);
    const { uid: right, resourceVersion } = metadata;
    expect((await at.api.delete(`${path}/guarded`, { preconditions: { uid: right, resourceVersion } })).status).toBe(200);
  });

  test('of a collection takes what the selector chooses, and answers with the list', async () => {
    for (const name of ['many-a', 'many-b']) made(await at.api.create(path, configMap(name, { labels: { many: 'yes' } })));
    await newOwner('many-c');
    const { status, body } = await at.api.delete(path, undefined, { labelSelector: 'many=yes' });
    expect([status, body.kind, body.items.map((item: any) => item.metadata.name)]).toEqual([200, 'ConfigMapList', ['many-a', 'many-b']]);
    expect((await at.api.get(`${path}/many-a`)).status).toBe(404);
    expect((await at.api.get(`${path}/many-c`)).status).toBe(200);
  });

  test('of an owner takes along, a little later, what it owns, and what that owns', async () => {
    const owner = await newOwner('root');
    const child = made(await at.api.create(path, owned('child', owner)));
    made(await at.api.create(path, owned('grandchild', child)));
    expect((await at.api.delete(`${path}/root`, { propagationPolicy: 'Background' })).body.status).toBe('Success');
    expect((await at.api.get(`${path}/root`)).status).toBe(404);
    expect(await gone(`${path}/child`)).toBe(true);
    expect(await gone(`${path}/grandchild`)).toBe(true);
  });

  test('leaves alone what has another owner still', async () => {
    const [leaving, staying] = [await newOwner('leaving'), await newOwner('staying')];
    const both = owned('of-both', leaving);
    both.metadata.ownerReferences.push(...owned('', staying).metadata.ownerReferences);
    made(await at.api.create(path, both));
    made(await at.api.delete(`${path}/leaving`));
    const left = await until(async () => {
      const { metadata } = made(await at.api.get(`${path}/of-both`));
      return metadata.ownerReferences.length === 1 ? metadata.ownerReferences : null;
    }, 20_000);
    expect(left).toMatchObject([{ name: 'staying' }]);
  });

  test('in the foreground waits for what blocks it', async () => {
    const owner = await newOwner('front');
    const child = owned('front-child', owner, { blockOwnerDeletion: true });
    made(await at.api.create(path, { ...child, metadata: { ...child.metadata, finalizers: ['behaviour.example/hold'] } }));
    const { body } = await at.api.delete(`${path}/front`, { propagationPolicy: 'Foreground' });
    expect(body.metadata).toMatchObject({ name: 'front', finalizers: ['foregroundDeletion'] });
    const deleting = () => at.api.get(`${path}/front-child`).then((answer) => answer.body.metadata?.deletionTimestamp ?? null);
    expect(await until(deleting, 20_000)).not.toBeNull();
    expect((await at.api.get(`${path}/front`)).status).toBe(200);
    made(await at.api.patch(`${path}/front-child`, 'merge', { metadata: { finalizers: null } }));
    expect(await gone(`${path}/front`)).toBe(true);
    expect(await isGone(`${path}/front-child`)).toBe(true);
  });

  test('with Orphan leaves what it owned behind, without the reference', async () => {
    const owner = await newOwner('parting');
    made(await at.api.create(path, owned('orphan', owner)));
    // The garbage collector of a real cluster has to have seen the child first.
    await until(async () => (await at.api.get(`${path}/orphan`)).status === 200, 5_000);
    made(await at.api.delete(`${path}/parting`, { propagationPolicy: 'Orphan' }));
    expect(await gone(`${path}/parting`)).toBe(true);
    const { metadata } = made(await at.api.get(`${path}/orphan`));
    expect(metadata).not.toHaveProperty('ownerReferences');
  });

  test('finds a child of an owner that never was, and takes it', async () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'never', uid: '00000000-0000-4000-8000-000000000001' } };
    made(await at.api.create(path, owned('foundling', owner)));
    expect(await gone(`${path}/foundling`)).toBe(true);
  });

  test('of a Deployment takes its ReplicaSets and pods', async () => {
    const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    made(await at.api.create(deployments, deployment('whole', { replicas: 1 })));
    const count = async (plural: string) =>
      (await at.api.get(plural === 'pods' ? `/api/v1/namespaces/${namespace}/pods` : `/apis/apps/v1/namespaces/${namespace}/${plural}`))
        .body.items.length;
    expect(await until(async () => (await count('replicasets')) === 1 && (await count('pods')) === 1, 20_000)).toBe(true);
    made(await at.api.delete(`${deployments}/whole`));
    expect(await until(async () => (await count('replicasets')) + (await count('pods')) === 0, 20_000)).toBe(true);
  });

  test('refuses a propagation policy that is none', async () => {
    await newOwner('policed');
    const { status, body } = await at.api.delete(`${path}/policed`, { propagationPolicy: 'Sideways' });
    expect([status, body.message]).toEqual([
      422,
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    ]);
  });

  test('of a namespace empties it, and refuses new content meanwhile', async () => {
    const ending = await newNamespace(at, 'ending');
    const inside = `/api/v1/namespaces/${ending}/configmaps`;
    made(await at.api.create(inside, { ...configMap('held'), metadata: { name: 'held', finalizers: ['behaviour.example/hold'] } }));
    const { body } = await at.api.delete(`/api/v1/namespaces/${ending}`);
    expect(body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
    expect(body.metadata).toHaveProperty('deletionTimestamp');
    const refused = await at.api.create(inside, configMap('late'));
    expect([refused.status, refused.body.reason, refused.body.message]).toEqual([
      403,
      'Forbidden',
      `configmaps "late" is forbidden: unable to create new content in namespace ${ending} because it is being terminated`,
    ]);
    expect(refused.body.details.causes).toEqual([
      { reason: 'NamespaceTerminating', message: `namespace ${ending} is being terminated`, field: 'metadata.namespace' },
    ]);
    const deleting = () => at.api.get(`${inside}/held`).then((answer) => answer.body.metadata?.deletionTimestamp ?? null);
    expect(await until(deleting, 20_000)).not.toBeNull();
    made(await at.api.patch(`${inside}/held`, 'merge', { metadata: { finalizers: null } }));
    expect(await gone(`/api/v1/namespaces/${ending}`)).toBe(true);
  });

  test('of the default namespaces is forbidden', async () => {
    const { status, body } = await at.api.delete('/api/v1/namespaces/default');
    expect([status, body.message]).toEqual([403, 'namespaces "default" is forbidden: this namespace may not be deleted']);
  });
}
