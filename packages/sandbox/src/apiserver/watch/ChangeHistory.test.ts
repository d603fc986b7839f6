import fc from 'fast-check';
import { ManualClock } from '../../ManualClock';
import { MemoryObjectStore } from '../MemoryObjectStore';
import type { KubeObject } from '../ObjectStore';
import { ChangeHistory } from './ChangeHistory';

const step = fc.record({
  namespace: fc.constantFrom('default', 'kube-system'),
  name: fc.constantFrom('a', 'b', 'c'),
  does: fc.constantFrom('create' as const, 'change' as const, 'delete' as const),
});

describe('ChangeHistory', () => {
  it('goes back to every moment since it began, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const store = new MemoryObjectStore({ clock: new ManualClock() });
        const history = new ChangeHistory(store, 1000);
        const moments: { revision: number; all: KubeObject[]; one: KubeObject[] }[] = [];
        const remember = () =>
          moments.push({ revision: store.revision, all: store.list('/configmaps'), one: store.list('/configmaps', 'default') });
        remember();
        for (const { namespace, name, does } of steps) {
          const current = store.get('/configmaps', namespace, name);
          if (does === 'delete' && current) store.delete('/configmaps', namespace, name);
          if (does === 'change' && current) store.update('/configmaps', { ...current, data: { at: String(store.revision) } });
          if (does === 'create' && !current)
            store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
          remember();
        }
        for (const { revision, all, one } of moments) {
          expect(history.objectsAt(revision, '/configmaps', undefined)).toEqual(all);
          expect(history.objectsAt(revision, '/configmaps', 'default')).toEqual(one);
        }
        history.close();
      }),
      { numRuns: 50 },
    );
  });
});
