import type { KubeObject } from '@aviary/provider-contract';
import fc from 'fast-check';
import { ObjectTable, type TableChange } from './ObjectTable';

describe('ObjectTable', () => {
  it('finds objects by name, namespace and index', () => {
    const table = new ObjectTable({ app: (object) => [object.metadata.labels?.app ?? 'none'] });
    table.seen(anObject({ name: 'a', labels: { app: 'x' } }));
    table.seen(anObject({ name: 'b', labels: { app: 'x' } }));
    table.seen(anObject({ name: 'a', namespace: 'test', uid: 'other' }));
    expect(table.list().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['prod/a', 'prod/b', 'test/a']);
    expect(table.list('test')).toHaveLength(1);
    expect(table.list('absent')).toEqual([]);
    expect(table.byIndex('app', 'x').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    table.seen(anObject({ name: 'b', labels: { app: 'y' }, resourceVersion: '2' }));
    table.gone(anObject({ name: 'a' }));
    expect(table.byIndex('app', 'x')).toEqual([]);
    expect(table.byIndex('app', 'y')).toHaveLength(1);
    expect(table.size).toBe(2);
    expect(() => table.byIndex('color', 'x')).toThrow('there is no index "color" here; declared are app');
  });

  it.each([
    ['an older version', '10', '9', '10'],
    ['the same version', '10', '10', '10'],
    ['a newer version of more digits', '9', '10', '10'],
    ['a newer version beyond 2^53', '9007199254740993', '9007199254740994', '9007199254740994'],
  ])('of %s keeps the newer', (_, stored, incoming, expected) => {
    const table = new ObjectTable();
    table.seen(anObject({ resourceVersion: stored }));
    table.seen(anObject({ resourceVersion: incoming }));
    expect(table.get('prod', 'a')?.metadata.resourceVersion).toBe(expected);
  });

  it('compares generations where versions are no numbers', () => {
    const table = new ObjectTable();
    table.put(anObject({ resourceVersion: 'x', generation: 3 }));
    expect(table.seen(anObject({ resourceVersion: 'a', generation: 2 }))).toEqual([]);
    expect(table.seen(anObject({ resourceVersion: 'b', generation: 3 }))).toHaveLength(1);
  });

  it('takes another uid under the same name for a deletion and a creation', () => {
    const table = new ObjectTable();
    table.seen(anObject({ uid: 'old', resourceVersion: '5' }));
    expect(shown(table.seen(anObject({ uid: 'new', resourceVersion: '9' })))).toEqual(['deleted old', 'added new']);
    expect(table.seen(anObject({ uid: 'old', resourceVersion: '6' }))).toEqual([]);
    expect(table.gone(anObject({ uid: 'old', resourceVersion: '7' }))).toEqual([]);
    expect(table.get('prod', 'a')?.metadata.uid).toBe('new');
  });

  it('is not fooled by late events of an object that we replaced', () => {
    const table = new ObjectTable();
    table.put(anObject({ uid: 'new', resourceVersion: '9' }));
    expect(table.seen(anObject({ uid: 'old', resourceVersion: '6' }))).toEqual([]);
    expect(table.gone(anObject({ uid: 'old', resourceVersion: '8' }))).toEqual([]);
    expect(table.get('prod', 'a')?.metadata.uid).toBe('new');
  });

  it('does not bring back what we deleted', () => {
    const table = new ObjectTable();
    table.seen(anObject({ resourceVersion: '5' }));
    expect(shown(table.remove('uid-a'))).toEqual(['deleted uid-a']);
    expect(table.seen(anObject({ resourceVersion: '6' }))).toEqual([]);
    expect(table.gone(anObject({ resourceVersion: '7' }))).toEqual([]);
    expect(table.remove('unknown')).toEqual([]);
    expect(table.size).toBe(0);
  });

  it('does not bring back by a late answer what was deleted meanwhile', () => {
    const table = new ObjectTable();
    table.seen(anObject({ resourceVersion: '5' }));
    table.gone(anObject({ resourceVersion: '7' }));
    expect(table.put(anObject({ resourceVersion: '6' }))).toEqual([]);
  });

  it('takes the answer to the removal of the last finalizer for a deletion', () => {
    const table = new ObjectTable();
    table.seen(anObject({ finalizers: ['x'] }));
    expect(table.put(anObject({ deletionTimestamp: 'now', finalizers: ['y'], resourceVersion: '2' }))).toHaveLength(1);
    expect(shown(table.put(anObject({ deletionTimestamp: 'now', resourceVersion: '3' })))).toEqual(['deleted uid-a']);
  });

  describe('with a whole list', () => {
    it('drops what is not in it and takes what is', () => {
      const table = new ObjectTable();
      table.seen(anObject({ name: 'a', resourceVersion: '1' }));
      table.seen(anObject({ name: 'b', resourceVersion: '2' }));
      const list = [anObject({ name: 'b', resourceVersion: '2' }), anObject({ name: 'c', resourceVersion: '3' })];
      expect(shown(table.replaceAll(list, '5', table.mark()))).toEqual(['added uid-c', 'deleted uid-a']);
    });

    it('keeps what was written while it was on its way', () => {
      const table = new ObjectTable();
      table.seen(anObject({ name: 'a', resourceVersion: '1' }));
      const mark = table.mark();
      table.put(anObject({ name: 'a', resourceVersion: '6' }));
      table.put(anObject({ name: 'created', resourceVersion: '7' }));
      expect(table.replaceAll([anObject({ name: 'a', resourceVersion: '1' })], '5', mark)).toEqual([]);
      expect(table.list().map(({ metadata }) => metadata.resourceVersion)).toEqual(['6', '7']);
    });

    it('believes a list even when its versions went back, as after a restored backup', () => {
      const table = new ObjectTable();
      table.seen(anObject({ name: 'a', resourceVersion: '900' }));
      table.put(anObject({ name: 'b', resourceVersion: '901' }));
      table.gone(anObject({ name: 'c', resourceVersion: '902' }));
      const list = [anObject({ name: 'a', resourceVersion: '100' })];
      const changes = table.replaceAll(list, '120', table.mark());
      expect(shown(changes)).toEqual(['modified uid-a', 'deleted uid-b']);
      expect(table.seen(anObject({ name: 'a', resourceVersion: '121' }))).toHaveLength(1);
    });
  });

  it('ends with the newest state whatever the order and repetition of events and answers', () => {
    const versions = fc.array(fc.record({ version: fc.integer({ min: 1, max: 30 }), own: fc.boolean() }), { minLength: 1 });
    fc.assert(
      fc.property(versions, (arrivals) => {
        const table = new ObjectTable();
        for (const { version, own } of arrivals) {
          const now = anObject({ resourceVersion: String(version), generation: Math.ceil(version / 3) });
          if (own) table.put(now);
          else table.seen(now);
        }
        const newest = Math.max(...arrivals.map(({ version }) => version));
        expect(table.get('prod', 'a')?.metadata.resourceVersion).toBe(String(newest));
      }),
    );
  });
});

function anObject(metadata: Partial<KubeObject['metadata']>): KubeObject {
  const name = metadata.name ?? 'a';
  return { apiVersion: 'v1', kind: 'X', metadata: { name, namespace: 'prod', uid: `uid-${name}`, resourceVersion: '1', ...metadata } };
}

function shown(changes: TableChange[]): string[] {
  return changes.map((change) => `${change.type} ${change.object.metadata.uid}`);
}
