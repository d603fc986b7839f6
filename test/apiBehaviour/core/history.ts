import { request } from 'undici';
import { until } from '../../harness/until';
import { configMap, made, newNamespace, type Subject } from '../Subject';

/** What those hear who come back too late: the history has been forgotten meanwhile. Comes last: it forgets for all. */
export function history(at: Subject): void {
  let path: string;
  /** A list of before the loss, its first page. */
  let old: { resourceVersion: string; continue: string };

  beforeAll(async () => {
    path = `/api/v1/namespaces/${await newNamespace(at, 'history')}/configmaps`;
    const few = { labelSelector: 'set=history', limit: 1 };
    for (const name of ['a', 'b', 'c']) made(await at.api.create(path, configMap(name, { labels: { set: 'history' } })));
    old = made(await at.api.get(path, few)).metadata;
    made(await at.api.create(path, configMap('d', { labels: { set: 'history' } })));
    await forget(at);
  }, 60_000);

  test('a watch from a forgotten version hears 410', async () => {
    const watch = await at.api.watch(path, { resourceVersion: old.resourceVersion });
    const events = await watch.rest();
    expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } }]);
  });

  test('a continue token of a forgotten snapshot is a 410 with a token to go on inconsistently', async () => {
    const query = { labelSelector: 'set=history', limit: 5 };
    const late = await at.api.get(path, { ...query, continue: old.continue });
    expect([late.status, late.body.reason]).toEqual([410, 'Expired']);
    expect(late.body.message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\. You can start a new list/,
    );
    const rest = made(await at.api.get(path, { ...query, continue: late.body.metadata.continue }));
    expect(rest.items.map((item: any) => item.metadata.name)).toEqual(['b', 'c', 'd']);
    expect(Number(rest.metadata.resourceVersion)).toBeGreaterThan(Number(old.resourceVersion));
  });

  test('an exact list of a forgotten moment is a 410', async () => {
    const { status, body } = await at.api.get(path, { resourceVersion: old.resourceVersion, resourceVersionMatch: 'Exact' });
    expect([status, body.reason]).toEqual([410, 'Expired']);
    expect(body.message).toMatch(/^The resourceVersion for the provided list is too old\.$/);
  });

  test('a list that is not older than a forgotten moment is the present one', async () => {
    const list = made(await at.api.get(path, { resourceVersion: old.resourceVersion, labelSelector: 'set=history' }));
    expect(list.items).toHaveLength(4);
  });
}

/**
 * Makes every resource version from before now one that nobody can go back to. An API server remembers more than etcd:
 * the real one is started again after the compaction.
 */
async function forget({ ground, api }: Subject): Promise<void> {
  if (ground.name === 'sandbox') {
    ground.sandbox.apiServer.faults.expireHistory();
    return;
  }
  const revision = made(await api.get('/api/v1/namespaces')).metadata.resourceVersion;
  const answer = await request(`${ground.cluster.etcdUrl}/v3/kv/compaction`, {
    method: 'POST',
    body: JSON.stringify({ revision, physical: true }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`etcd did not compact up to ${revision}: ${answer.statusCode} ${text}`);
  await Promise.all(ground.cluster.apiServers.map((server) => server.restart('SIGKILL')));
  const ready = () =>
    api.get('/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
  if (!(await until(ready, 30_000))) throw new Error('the API server was not ready 30 seconds after its restart');
}
