import { mkdtempSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../ManualClock';
import { MemoryObjectStore } from './MemoryObjectStore';
import type { KubeObject, StoreEvent } from './ObjectStore';

const start = Date.parse('2026-03-04T05:06:07.890Z');

function setUp() {
  const clock = new ManualClock(start);
  const store = new MemoryObjectStore({ clock });
  const events: string[] = [];
  store.subscribe((event: StoreEvent) => events.push(`${event.type} ${event.resource} ${event.object.metadata.name}`));
  return { clock, store, events };
}

const configMap = (name: string, fields: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...fields,
});

const deployment = (name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
});

const ownedBy = (owner: KubeObject) => [
  { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid! },
];

describe('MemoryObjectStore', () => {
  it('gives new objects uid, time, generation and defaults, and drops the status sent along', () => {
    const { store } = setUp();
    const created = store.create('apps/deployments', { ...deployment('web'), status: { replicas: 7 } });
    expect(created.metadata).toMatchObject({
      creationTimestamp: '2026-03-04T05:06:07Z',
      generation: 1,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(created.status).toEqual({});
    expect(created.spec).toMatchObject({
      replicas: 1,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    expect(store.list('/namespaces').map(({ metadata }) => metadata.name)).toEqual(['default', 'kube-public', 'kube-system']);
  });

  it('bumps the generation for the spec only, and keeps spec and status writes apart', () => {
    const { store } = setUp();
    const created = store.create('apps/deployments', deployment('web'));
    const labelled = store.update('apps/deployments', { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(1);
    const scaled = store.update('apps/deployments', { ...labelled, spec: { ...labelled.spec, replicas: 3 }, status: { replicas: 9 } });
    expect([scaled.metadata.generation, scaled.status]).toEqual([2, {}]);
    const reported = store.update('apps/deployments', { ...scaled, spec: {}, status: { replicas: 3 } }, { subresource: 'status' });
    expect([reported.metadata.generation, reported.status, reported.spec.replicas]).toEqual([2, { replicas: 3 }, 3]);
  });

  it('refuses a stale resource version, a taken name, a missing object and a missing namespace as the real server does', () => {
    const { store } = setUp();
    const first = store.create('/configmaps', configMap('a'));
    store.update('/configmaps', { ...first, data: { x: '1' } });
    expect(() => store.update('/configmaps', { ...first, data: { x: '2' } })).toThrow(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(() => store.create('/configmaps', configMap('a'))).toThrow('configmaps "a" already exists');
    expect(() => store.delete('apps/deployments', 'default', 'x')).toThrow('deployments.apps "x" not found');
    expect(() => store.create('/configmaps', { ...configMap('b'), metadata: { name: 'b', namespace: 'nowhere' } })).toThrow(
      'namespaces "nowhere" not found',
    );
  });

  it('does nothing for an update that changes nothing', () => {
    const { store, events } = setUp();
    const created = store.create('/configmaps', configMap('a', { data: { x: '1' } }));
    expect(store.update('/configmaps', structuredClone(created) as KubeObject)).toBe(created);
    expect(events).toEqual(['ADDED /configmaps a']);
  });

  it('keeps an object with finalizers until they are gone', () => {
    const { store, events } = setUp();
    const created = store.create('/configmaps', {
      ...configMap('a'),
      metadata: { name: 'a', namespace: 'default', finalizers: ['x.io/y'] },
    });
    const waiting = store.delete('/configmaps', 'default', 'a');
    expect(waiting.metadata.deletionTimestamp).toBe('2026-03-04T05:06:07Z');
    store.delete('/configmaps', 'default', 'a');
    store.update('/configmaps', { ...waiting, metadata: { ...waiting.metadata, finalizers: [] } });
    expect(store.get('/configmaps', 'default', 'a')).toBeUndefined();
    expect(events).toEqual(['ADDED /configmaps a', 'MODIFIED /configmaps a', 'DELETED /configmaps a']);
    expect(created.metadata.deletionTimestamp).toBeUndefined();
  });

  it.each([
    ['Background', ['DELETED /configmaps owner', 'DELETED /configmaps child']],
    ['Foreground', ['MODIFIED /configmaps owner', 'DELETED /configmaps child', 'DELETED /configmaps owner']],
    ['Orphan', ['MODIFIED /configmaps child', 'DELETED /configmaps owner']],
  ] as const)('deletes dependents by owner reference: %s', (propagation, expected) => {
    const { store, events } = setUp();
    const owner = store.create('/configmaps', configMap('owner'));
    store.create('/configmaps', {
      ...configMap('child'),
      metadata: { name: 'child', namespace: 'default', ownerReferences: ownedBy(owner) },
    });
    events.length = 0;
    store.delete('/configmaps', 'default', 'owner', { propagation });
    expect(events).toEqual(expected);
  });

  it('removes what names only owners that do not exist', () => {
    const { store, events } = setUp();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'no-such-uid' }];
    store.create('/configmaps', { ...configMap('child'), metadata: { name: 'child', namespace: 'default', ownerReferences } });
    expect(events).toEqual(['ADDED /configmaps child', 'DELETED /configmaps child']);
  });

  it('empties a namespace before it goes', () => {
    const { store, events } = setUp();
    store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    store.create('/configmaps', { ...configMap('a'), metadata: { name: 'a', namespace: 'shop', finalizers: ['x.io/y'] } });
    store.create('/configmaps', { ...configMap('b'), metadata: { name: 'b', namespace: 'shop' } });
    events.length = 0;
    expect(store.delete('/namespaces', undefined, 'shop').status.phase).toBe('Terminating');
    expect(events).toEqual(['MODIFIED /namespaces shop', 'MODIFIED /configmaps a', 'DELETED /configmaps b']);
    expect(() => store.create('/configmaps', { ...configMap('c'), metadata: { name: 'c', namespace: 'shop' } })).toThrow(
      'configmaps "c" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    const held = store.get('/configmaps', 'shop', 'a')!;
    store.update('/configmaps', { ...held, metadata: { ...held.metadata, finalizers: [] } });
    expect(store.get('/namespaces', undefined, 'shop')).toBeUndefined();
  });

  it('delivers what a listener writes after what it reacted to, to every listener', () => {
    const { store } = setUp();
    const seen: string[] = [];
    store.subscribe(({ type, object }) => {
      if (type === 'ADDED' && object.metadata.name === 'first') {
        store.create('/configmaps', configMap('second'));
      }
    });
    store.subscribe(({ object }) => seen.push(`${object.metadata.name} ${object.metadata.resourceVersion}`));
    store.create('/configmaps', configMap('first'));
    expect(seen).toEqual(['first 4', 'second 5']);
  });

  it('lets events go an hour after their last change', () => {
    const { store, clock } = setUp();
    store.create('/events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: {},
      count: 1,
    });
    clock.advance(3_000_000);
    store.update('/events', { ...store.get('/events', 'default', 'e')!, count: 2 });
    clock.advance(3_000_000);
    expect(store.list('/events')).toHaveLength(1);
    clock.advance(1_000_000);
    expect(store.list('/events')).toHaveLength(0);
  });

  it('shows core events and events.k8s.io events as one', () => {
    const { store } = setUp();
    store.create('events.k8s.io/events', {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'hello',
    });
    expect(store.get('/events', 'default', 'e')).toMatchObject({ apiVersion: 'v1', message: 'hello', involvedObject: { name: 'p' } });
  });

  it('survives a restart, a line cut short included, and never gives a resource version twice', () => {
    const clock = new ManualClock(start);
    const journal = join(mkdtempSync(join(tmpdir(), 'aviary-store-')), 'journal.jsonl');
    const before = new MemoryObjectStore({ clock, journal });
    before.create('/configmaps', configMap('a', { data: { x: '1' } }));
    before.create('/configmaps', configMap('b'));
    before.delete('/configmaps', 'default', 'b');
    const { revision } = before;
    before.close();
    appendFileSync(journal, '{"resource":"/configma');
    for (let restart = 0; restart < 2; restart++) {
      const after = new MemoryObjectStore({ clock, journal });
      expect(after.revision).toBe(revision);
      expect(after.list('/configmaps')).toEqual(before.list('/configmaps'));
      after.close();
    }
  });

  it('takes in thousands of objects without slowing down', () => {
    const { store } = setUp();
    const timed = (from: number) => {
      const began = performance.now();
      for (let index = from; index < from + 2000; index++) {
        store.create('/configmaps', configMap(`c${index}`));
      }
      return performance.now() - began;
    };
    const first = timed(0);
    timed(2000);
    timed(4000);
    expect(timed(6000)).toBeLessThan(first * 5 + 100);
  });
});
