import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ManualClock } from '../ManualClock';
import { ApiError } from './ApiError';
import { MemoryObjectStore } from './MemoryObjectStore';
import type { KubeObject } from './ObjectStore';

const names = ['a', 'b', 'c', 'd'];
const name = fc.constantFrom(...names);
const operation = fc.oneof(
  fc.record({ do: fc.constant('create' as const), name, owner: fc.option(name, { nil: undefined }), held: fc.boolean() }),
  fc.record({ do: fc.constant('update' as const), name, value: fc.integer({ min: 0, max: 2 }), stale: fc.boolean() }),
  fc.record({ do: fc.constant('release' as const), name }),
  fc.record({ do: fc.constant('delete' as const), name, propagation: fc.constantFrom('Background', 'Foreground', 'Orphan') }),
  fc.record({ do: fc.constant('namespace' as const), alive: fc.boolean() }),
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function perform(store: MemoryObjectStore, step: Operation): void {
  const current = 'name' in step ? store.get('/configmaps', 'shop', step.name) : undefined;
  switch (step.do) {
    case 'create': {
      const owner = step.owner === undefined ? undefined : store.get('/configmaps', 'shop', step.owner);
      const ownerReferences = owner && [{ apiVersion: 'v1', kind: 'ConfigMap', name: step.owner!, uid: owner.metadata.uid! }];
      const metadata = { name: step.name, namespace: 'shop', ownerReferences, finalizers: step.held ? ['x.io/held'] : undefined };
      store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      break;
    }
    case 'update': {
      const resourceVersion = step.stale ? '1' : current?.metadata.resourceVersion;
      const metadata = { ...(current?.metadata ?? { name: step.name, namespace: 'shop' }), resourceVersion };
      store.update('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: String(step.value) } });
      break;
    }
    case 'release':
      if (current) {
        store.update('/configmaps', { ...current, metadata: { ...current.metadata, finalizers: [] } });
      }
      break;
    case 'delete':
      store.delete('/configmaps', 'shop', step.name, { propagation: step.propagation as 'Background' });
      break;
    default:
      if (step.alive) {
        store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
      } else {
        store.delete('/namespaces', undefined, 'shop');
      }
  }
}

/** Applies an event to what a watcher knows; false when it does not fit. */
function replay(known: Map<string, KubeObject>, event: { type: string; resource: string; object: KubeObject }): boolean {
  const key = `${event.resource}/${event.object.metadata.name}`;
  const fits = known.has(key) === (event.type !== 'ADDED');
  if (event.type === 'DELETED') {
    known.delete(key);
  } else {
    known.set(key, event.object);
  }
  return fits;
}

describe('whatever is done to the store', () => {
  it('a watcher ends up with what a list shows, in ever higher resource versions, and so does a restarted store', () => {
    const directory = mkdtempSync(join(tmpdir(), 'aviary-properties-'));
    let run = 0;
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (steps) => {
        const journal = join(directory, `${run++}.jsonl`);
        const clock = new ManualClock();
        const store = new MemoryObjectStore({ clock, journal });
        const known = new Map(store.list('/namespaces').map((object) => [`/namespaces/${object.metadata.name}`, object]));
        let last = store.revision;
        const wrong: string[] = [];
        store.subscribe((event) => {
          const revision = Number(event.object.metadata.resourceVersion);
          if (revision <= last || !replay(known, event)) {
            wrong.push(`${event.type} ${event.object.metadata.name} at ${revision} after ${last}`);
          }
          last = revision;
        });
        for (const step of [{ do: 'namespace', alive: true } as const, ...steps]) {
          try {
            perform(store, step);
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError);
          }
        }
        expect(wrong).toEqual([]);
        const listed = [...store.list('/namespaces'), ...store.list('/configmaps')];
        expect([...known.values()].sort(byKind)).toEqual(listed.sort(byKind));
        store.close();
        const again = new MemoryObjectStore({ clock, journal });
        expect(again.revision).toBe(last);
        expect([...again.list('/namespaces'), ...again.list('/configmaps')].sort(byKind)).toEqual(listed);
        again.close();
      }),
      { numRuns: 200 },
    );
  });

  it('leaves nothing that belongs to something gone', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (steps) => {
        const store = new MemoryObjectStore({ clock: new ManualClock() });
        for (const step of [{ do: 'namespace', alive: true } as const, ...steps]) {
          try {
            perform(store, step);
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError);
          }
        }
        const configMaps = store.list('/configmaps');
        const uids = new Set(configMaps.map(({ metadata }) => metadata.uid));
        for (const { metadata } of configMaps) {
          const lost = metadata.ownerReferences?.length && !metadata.ownerReferences.some(({ uid }) => uids.has(uid));
          expect(Boolean(lost) && !metadata.deletionTimestamp).toBe(false);
          expect(store.get('/namespaces', undefined, metadata.namespace!)).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});

function byKind(left: KubeObject, right: KubeObject): number {
  return `${left.kind} ${left.metadata.name}` < `${right.kind} ${right.metadata.name}` ? -1 : 1;
}
