import { shapes } from '../Api';
import { configMap, made, newNamespace, type Subject } from '../Subject';
import type { WatchEvent } from '../Watch';
import { widget, widgetsOf } from './widgets';

/** What watches send. */
export function watches(at: Subject): void {
  let namespace: string;
  let path: string;
  const mine = { labelSelector: 'set=watches' };
  const add = async (name: string, labels: Record<string, string> = {}) =>
    made(await at.api.create(path, configMap(name, { labels: { set: 'watches', ...labels } })));
  const relabel = async (name: string, labels: Record<string, string | null>) =>
    made(await at.api.patch(`${path}/${name}`, 'merge', { metadata: { labels } }));
  const now = async () => (await at.api.get(path)).body.metadata.resourceVersion;
  const brief = (events: WatchEvent[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

  beforeAll(async () => {
    namespace = await newNamespace(at, 'watches');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    await add('first');
    await add('second');
  });

  test.each([undefined, '0'])('with resourceVersion %s begin with what is there, then go on with what happens', async (resourceVersion) => {
    await at.api.get(path);
    const watch = await at.api.watch(path, { ...mine, resourceVersion });
    expect(brief(await watch.take(2)).sort()).toEqual(['ADDED first', 'ADDED second']);
    await add('third');
    made(await at.api.patch(`${path}/third`, 'merge', { data: { key: 'new' } }));
    made(await at.api.delete(`${path}/third`));
    expect(brief(await watch.take(3))).toEqual(['ADDED third', 'MODIFIED third', 'DELETED third']);
    await watch.close();
  });

  test('from a resourceVersion send what came after it, and nothing from before', async () => {
    const from = await now();
    await add('later');
    const watch = await at.api.watch(path, { ...mine, resourceVersion: from });
    made(await at.api.delete(`${path}/later`));
    const [added, deleted] = await watch.take(2);
    expect(brief([added, deleted])).toEqual(['ADDED later', 'DELETED later']);
    expect(added.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { key: 'value' } });
    expect(Number(deleted.object.metadata.resourceVersion)).toBeGreaterThan(Number(added.object.metadata.resourceVersion));
    await watch.close();
  });

  test('tell an object that leaves the labels as deleted, as it last was within them, and one that comes in as added', async () => {
    const object = await add('moving', { tier: 'front' });
    const watch = await at.api.watch(path, { labelSelector: 'tier=front', resourceVersion: object.metadata.resourceVersion });
    const left = await relabel('moving', { tier: 'back' });
    await relabel('moving', { tier: 'back', other: 'unseen' });
    const back = await relabel('moving', { tier: 'front' });
    const again = await relabel('moving', { other: 'seen' });
    const events = await watch.take(3);
    expect(brief(events)).toEqual(['DELETED moving', 'ADDED moving', 'MODIFIED moving']);
    expect(events[0].object.metadata.labels).toEqual({ set: 'watches', tier: 'front' });
    expect(events.map((event) => event.object.metadata.resourceVersion)).toEqual(
      [left, back, again].map((version) => version.metadata.resourceVersion),
    );
    await watch.close();
    made(await at.api.delete(`${path}/moving`));
  });

  test('follow one object by field selector', async () => {
    const from = await now();
    const watch = await at.api.watch(path, { fieldSelector: 'metadata.name=second', resourceVersion: from });
    made(await at.api.patch(`${path}/first`, 'merge', { data: { key: from } }));
    made(await at.api.patch(`${path}/second`, 'merge', { data: { key: from } }));
    expect(brief(await watch.take(1))).toEqual(['MODIFIED second']);
    await watch.close();
  });

  test('are for collections: the path of one object answers with the object', async () => {
    const { body } = await at.api.get(`${path}/second`, { watch: true });
    expect(body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'second' } });
  });

  test('over all namespaces see this one too', async () => {
    const watch = await at.api.watch('/api/v1/configmaps', { ...mine, resourceVersion: await now() });
    made(await at.api.patch(`${path}/first`, 'merge', { data: { key: 'everywhere' } }));
    const [event] = await watch.take(1);
    expect(event.object.metadata).toMatchObject({ namespace, name: 'first' });
    await watch.close();
  });

  test('end cleanly after timeoutSeconds, and send no bookmark unasked', async () => {
    const watch = await at.api.watch(path, { ...mine, resourceVersion: await now(), timeoutSeconds: 1 });
    expect(await watch.rest()).toEqual([]);
  });

  test('that saw nothing of their own tell before their end how far others have got, when bookmarks are asked for', async () => {
    const from = await now();
    const watch = await at.api.watch(path, { ...mine, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: 5 });
    made(await at.api.create(path, configMap('unseen')));
    const events = await watch.rest();
    expect(events.length).toBeGreaterThan(0);
    for (const { type, object } of events) {
      expect(type).toBe('BOOKMARK');
      expect(object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(object.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(from));
      expect(object.metadata).not.toHaveProperty('name');
      expect(object).not.toHaveProperty('data');
    }
  });

  test('with sendInitialEvents mark where the beginning ends', async () => {
    const query = { ...mine, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
    const watch = await at.api.watch(path, query);
    const events = await watch.take(3);
    expect(brief(events.slice(0, 2)).sort()).toEqual(['ADDED first', 'ADDED second']);
    expect(events[2]).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1' } });
    expect(events[2].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    await watch.close();
    const custom = await at.api.watch(widgetsOf(namespace), query);
    const [end] = await custom.take(1);
    expect(end).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Widget', apiVersion: 'behaviour.example/v1' } });
    await custom.close();
  });

  test.each([
    [
      { sendInitialEvents: true },
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      { resourceVersionMatch: 'NotOlderThan', resourceVersion: 1 },
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
  ])('refuse %j', async (query, message) => {
    const { status, body } = await at.api.get(path, { watch: true, ...query });
    expect([status, body.reason, body.message]).toEqual([422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${message}`]);
  });

  test('from before the history answer 200, tell 410 in an ERROR event and end', async () => {
    const watch = await at.api.watch(widgetsOf(namespace), { resourceVersion: '1' });
    const [event, ...others] = await watch.rest();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 },
    });
    expect(event.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
  });

  test('of custom resources carry kind and apiVersion', async () => {
    const from = (await at.api.get(widgetsOf(namespace))).body.metadata.resourceVersion;
    const watch = await at.api.watch(widgetsOf(namespace), { resourceVersion: from });
    made(await at.api.create(widgetsOf(namespace), widget('seen')));
    made(await at.api.patch(`${widgetsOf(namespace)}/seen/status`, 'merge', { status: { phase: 'Ready' } }));
    const [added, modified] = await watch.take(2);
    expect(added).toMatchObject({ type: 'ADDED', object: { kind: 'Widget', apiVersion: 'behaviour.example/v1', spec: { size: 1 } } });
    expect(modified).toMatchObject({ type: 'MODIFIED', object: { status: { phase: 'Ready' } } });
    await watch.close();
  });

  test('as tables define the columns in the first event only', async () => {
    const watch = await at.api.watch(path, mine, shapes.table);
    const [first, second] = await watch.take(2);
    expect(first.object.kind).toBe('Table');
    expect(first.object.columnDefinitions.map((column: any) => column.name)).toEqual(['Name', 'Data', 'Age']);
    expect(second.object.columnDefinitions ?? []).toEqual([]);
    expect([first, second].map(({ object }) => object.rows[0].cells[0]).sort()).toEqual(['first', 'second']);
    await watch.close();
  });

  test('as metadata leave everything else out', async () => {
    const watch = await at.api.watch(path, { fieldSelector: 'metadata.name=first' }, shapes.metadata);
    const [{ object }] = await watch.take(1);
    expect(object).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'first' } });
    expect(object).not.toHaveProperty('data');
    await watch.close();
  });
}
