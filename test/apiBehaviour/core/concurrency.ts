import { until } from '../../harness/until';
import { configMap, made, newNamespace, type Subject } from '../Subject';
import type { Watch } from '../Watch';

/** What clients that write at once may rely on, and those who list and then watch meanwhile. */
export function concurrency(at: Subject): void {
  let path: string;
  const times = <T>(count: number, what: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => what(index)));
  const sortedStatuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

  beforeAll(async () => {
    path = `/api/v1/namespaces/${await newNamespace(at, 'at-once')}/configmaps`;
  });

  test('of many who create the same name one wins', async () => {
    const answers = await times(10, () => at.api.create(path, configMap('one')));
    expect(sortedStatuses(answers)).toEqual([201, ...Array(9).fill(409)]);
  });

  test('of many who update from the same version one wins', async () => {
    const object = made(await at.api.create(path, configMap('raced')));
    const answers = await times(10, (index) => at.api.replace(`${path}/raced`, { ...object, data: { winner: String(index) } }));
    expect(sortedStatuses(answers)).toEqual([200, ...Array(9).fill(409)]);
  });

  test('patches without a version all come through', async () => {
    made(await at.api.create(path, configMap('patched', { data: {} })));
    await times(5, async (index) => made(await at.api.patch(`${path}/patched`, 'merge', { data: { [`key-${index}`]: 'x' } })));
    expect(Object.keys(made(await at.api.get(`${path}/patched`)).data).sort()).toEqual(['key-0', 'key-1', 'key-2', 'key-3', 'key-4']);
  });

  test('of many who apply their own fields all succeed', async () => {
    await times(5, async (index) => {
      const configuration = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { [`key-${index}`]: 'x' } };
      made(await at.api.apply(`${path}/applied`, configuration, `manager-${index}`));
    });
    const { data, metadata } = made(await at.api.get(`${path}/applied`));
    expect([Object.keys(data).length, metadata.managedFields.length]).toEqual([5, 5]);
  });

  test('pages put together are the whole list', async () => {
    await times(23, async (index) => made(await at.api.create(path, configMap(`page-${index}`, { labels: { paged: 'yes' } }))));
    const whole = made(await at.api.get(path, { labelSelector: 'paged=yes' })).items;
    const pages: any[] = [];
    let token: string | undefined;
    do {
      const page = made(await at.api.get(path, { labelSelector: 'paged=yes', limit: 7, continue: token }));
      pages.push(page.items);
      token = page.metadata.continue;
    } while (token);
    expect(pages.map((items) => items.length)).toEqual([7, 7, 7, 2]);
    expect(pages.flat()).toEqual(whole);
  });

  test.each([undefined, 'shown=yes'])('who lists %s and watches from there knows in the end what is there', async (labelSelector) => {
    const names = ['a', 'b', 'c', 'd'].map((name) => `${labelSelector ? 'chosen' : 'all'}-${name}`);
    const seen = new Map<string, any>();
    const writing = Promise.all(names.map((name, index) => write(name, index)));
    const list = made(await at.api.get(path, { labelSelector }));
    list.items.forEach((item: any) => seen.set(item.metadata.name, item));
    const watch = await at.api.watch(path, { labelSelector, resourceVersion: list.metadata.resourceVersion });
    const following = follow(watch, seen);
    await writing;
    const last = made(await at.api.create(path, configMap('last', { labels: { shown: 'yes' } })));
    expect(await until(() => seen.has('last'), 10_000)).toBe(true);
    const { items } = made(await at.api.get(path, { labelSelector }));
    const byName = (objects: any[]) => Object.fromEntries(objects.map((object) => [object.metadata.name, object.metadata.resourceVersion]));
    expect(byName([...seen.values()])).toEqual(byName(items));
    expect(last.metadata.resourceVersion).toBe(seen.get('last').metadata.resourceVersion);
    await watch.close();
    await following;
    made(await at.api.delete(`${path}/last`));
  });

  async function follow(watch: Watch, seen: Map<string, any>): Promise<void> {
    let version = 0;
    for await (const { type, object } of watch) {
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(version);
      version = Number(object.metadata.resourceVersion);
      expect([type, seen.has(object.metadata.name)]).toEqual([type, type !== 'ADDED']);
      if (type === 'DELETED') seen.delete(object.metadata.name);
      else seen.set(object.metadata.name, object);
    }
  }

  /** Creates, shows, hides, changes and deletes an object again and again, in an order of its own. */
  async function write(name: string, offset: number): Promise<void> {
    for (let step = 0; step < 15; step += 1) {
      const shown = (step + offset) % 3 === 0 ? 'no' : 'yes';
      const one = `${path}/${name}`;
      if ((step + offset) % 5 === 4) await at.api.delete(one);
      else if ((await at.api.patch(one, 'merge', { metadata: { labels: { shown } }, data: { step: String(step) } })).status === 404)
        made(await at.api.create(path, configMap(name, { labels: { shown } })));
    }
  }
}
