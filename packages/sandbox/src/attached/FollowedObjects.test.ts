import fc from 'fast-check';
import type { KubeObject } from '../apiserver/ObjectStore';
import { FollowedObjects } from './FollowedObjects';

const object = fc
  .record({ namespace: fc.constantFrom('a', 'b', undefined), name: fc.constantFrom('x', 'y'), uid: fc.nat(2), resourceVersion: fc.nat(5) })
  .map(({ uid, resourceVersion, ...metadata }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { ...metadata, uid: String(uid), resourceVersion: String(resourceVersion) },
  }));
const place = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), object }),
  fc.record({ do: fc.constant('remove' as const), object }),
  fc.record({ do: fc.constant('replace' as const), objects: fc.uniqueArray(object, { selector: place }) }),
);

it('tells in its events of exactly what it holds, whatever it is told', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const objects = new FollowedObjects('/things');
      const listener = new Map<string, KubeObject>();
      for (const each of steps) {
        const events = each.do === 'replace' ? objects.replace(each.objects) : objects[each.do](each.object);
        for (const { type, object: told, old } of events) {
          const before = listener.get(place(told));
          expect(type).toBe(type === 'DELETED' ? 'DELETED' : before ? 'MODIFIED' : 'ADDED');
          if (type !== 'ADDED') expect(before).toBeDefined();
          if (type === 'MODIFIED') expect([old, told.metadata.uid]).toEqual([before, before?.metadata.uid]);
          if (type === 'DELETED') listener.delete(place(told));
          else listener.set(place(told), told);
        }
        const held = objects.list();
        expect(new Map(held.map((one) => [place(one), one]))).toEqual(listener);
        if (each.do === 'replace') expect(held.map(place).sort()).toEqual(each.objects.map(place).sort());
        for (const one of held) expect(objects.get(one.metadata.namespace, one.metadata.name)).toBe(one);
        expect(['a', 'b', ''].flatMap((namespace) => objects.list(namespace))).toHaveLength(held.length);
      }
    }),
  );
});
