import type { Answer } from '../Api';
import { configMap, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

/** What lists say, by resource version, page and selector. */
export function lists(at: Subject): void {
  let namespace: string;
  let path: string;
  /** Resource version after the first three ConfigMaps and before everything later. */
  let early: string;
  const mine = { labelSelector: 'set=lists' };
  const names = ({ body }: Answer) => body.items.map((item: any) => item.metadata.name);
  const add = async (name: string, labels: Record<string, string> = {}) =>
    made(await at.api.create(path, configMap(name, { labels: { set: 'lists', ...labels } })));

  beforeAll(async () => {
    namespace = await newNamespace(at, 'lists');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    await add('a', { tier: 'front', letter: 'a' });
    await add('b', { tier: 'back', letter: 'b' });
    await add('c', { letter: 'c' });
    early = (await at.api.get(path)).body.metadata.resourceVersion;
    await add('d', { tier: 'front', letter: 'd' });
    made(await at.api.patch(`${path}/a`, 'merge', { data: { key: 'later' } }));
    made(await at.api.delete(`${path}/b`));
  });

  test('are of the kind with List behind it, and items of built-in kinds repeat neither kind nor apiVersion', async () => {
    const { body } = await at.api.get(path, mine);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(body.items[0]).not.toHaveProperty('kind');
    expect(body.items[0]).not.toHaveProperty('apiVersion');
  });

  test('items of custom resources do repeat kind and apiVersion', async () => {
    made(await at.api.create(widgetsOf(namespace), widget('one')));
    const { body } = await at.api.get(widgetsOf(namespace));
    expect(body).toMatchObject({ kind: 'WidgetList', apiVersion: 'behaviour.example/v1' });
    expect(body.items[0]).toMatchObject({ kind: 'Widget', apiVersion: 'behaviour.example/v1' });
  });

  test('show the latest state without a resourceVersion, and are as new as every object in them', async () => {
    const answer = await at.api.get(path, mine);
    expect(names(answer)).toEqual(['a', 'c', 'd']);
    const { items, metadata } = answer.body;
    expect(items[0].data).toEqual({ key: 'later' });
    for (const item of items) {
      expect(Number(metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(item.metadata.resourceVersion));
    }
  });

  test('with resourceVersion 0 are not cut into pages', async () => {
    await at.api.get(path, mine);
    expect(names(await at.api.get(path, { ...mine, resourceVersion: 0, limit: 1 }))).toEqual(['a', 'c', 'd']);
  });

  test.each([undefined, 'NotOlderThan'])('with a resourceVersion and match %s are at least as new', async (resourceVersionMatch) => {
    const answer = await at.api.get(path, { ...mine, resourceVersion: early, resourceVersionMatch });
    expect(answer.status).toBe(200);
    expect(Number(answer.body.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(early));
  });

  test('with match Exact show the state of that moment, deleted objects included', async () => {
    const answer = await at.api.get(path, { ...mine, resourceVersion: early, resourceVersionMatch: 'Exact' });
    expect(names(answer)).toEqual(['a', 'b', 'c']);
    expect(answer.body.metadata.resourceVersion).toBe(early);
    expect(answer.body.items[0].data).toEqual({ key: 'value' });
  });

  test('of a resourceVersion that is not there yet fail with 504 and when to ask again', async () => {
    const { status, body } = await at.api.get(path, { resourceVersion: '999999999' });
    expect(status).toBe(504);
    expect(body).toMatchObject({
      reason: 'Timeout',
      message: expect.stringMatching(/^Timeout: Too large resource version: 999999999, current: \d+$/),
    });
    expect(body.details).toEqual({
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  });

  test('refuse a resourceVersion that is none', async () => {
    const { status, body } = await at.api.get(path, { resourceVersion: 'soon' });
    expect(status).toBe(400);
    expect(body.message).toContain('Invalid value: "soon"');
  });

  test.each([
    [
      { resourceVersionMatch: 'Exact' },
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      { resourceVersionMatch: 'Exact', resourceVersion: 0 },
      'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      { resourceVersionMatch: 'Newest', resourceVersion: 1 },
      'resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""',
    ],
    [{ sendInitialEvents: true }, 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
  ])('refuse %j', async (query, message) => {
    const { status, body } = await at.api.get(path, query);
    expect([status, body.reason, body.message]).toEqual([422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${message}`]);
  });

  test('come in pages of one snapshot: what happens between two pages is not seen', async () => {
    const first = await at.api.get(path, { limit: 2, ...mine });
    expect(names(first)).toEqual(['a', 'c']);
    await add('e');
    made(await at.api.patch(`${path}/d`, 'merge', { data: { key: 'between' } }));
    const second = await at.api.get(path, { limit: 2, ...mine, continue: first.body.metadata.continue });
    expect(names(second)).toEqual(['d']);
    expect(second.body.items[0].data).toEqual({ key: 'value' });
    expect(second.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
    made(await at.api.delete(`${path}/e`));
  });

  test('say how many items remain, but not when a selector chooses', async () => {
    const all = (await at.api.get(path)).body.items.length;
    const { metadata } = (await at.api.get(path, { limit: 1 })).body;
    expect(metadata.remainingItemCount).toBe(all - 1);
    expect((await at.api.get(path, { limit: 1, ...mine })).body.metadata).not.toHaveProperty('remainingItemCount');
    const last = (await at.api.get(path, { limit: all })).body.metadata;
    expect(Object.keys(last)).toEqual(['resourceVersion']);
  });

  test('refuse continue tokens that are none, and a resourceVersion beside one', async () => {
    const wrong = await at.api.get(path, { continue: 'nonsense' });
    expect([wrong.status, wrong.body.reason]).toEqual([400, 'BadRequest']);
    expect(wrong.body.message).toMatch(/^invalid continue token: continue key is not valid: /);
    const token = (await at.api.get(path, { limit: 1 })).body.metadata.continue;
    const both = await at.api.get(path, { limit: 1, continue: token, resourceVersion: early });
    expect([both.status, both.body.message]).toEqual([400, 'specifying resource version is not allowed when using continue']);
  });

  test.each([
    ['tier=front', ['a', 'd']],
    ['tier==front', ['a', 'd']],
    ['tier!=front', ['c']],
    ['tier in (front, back)', ['a', 'd']],
    ['tier notin (front)', ['c']],
    ['tier', ['a', 'd']],
    ['!tier', ['c']],
    ['letter in (a,c),tier', ['a']],
    ['letter notin (a),!tier', ['c']],
    ['tier=', []],
  ])('choose by label: %s', async (selector, expected) => {
    expect(names(await at.api.get(path, { labelSelector: `set=lists,${selector}` }))).toEqual(expected);
  });

  test.each(['a in b', '=a', 'a=b=c', 'a in ()=', '!', '-a=b', 'a=b c'])('refuse the label selector %s', async (labelSelector) => {
    const { status, body } = await at.api.get(path, { labelSelector });
    expect([status, body.reason]).toEqual([400, 'BadRequest']);
  });

  test('choose by name and namespace', async () => {
    expect(names(await at.api.get(path, { fieldSelector: 'metadata.name=a' }))).toEqual(['a']);
    expect(names(await at.api.get(path, { ...mine, fieldSelector: 'metadata.name!=a' }))).toEqual(['c', 'd']);
    expect(names(await at.api.get('/api/v1/configmaps', { ...mine, fieldSelector: `metadata.namespace=${namespace}` }))).toEqual([
      'a',
      'c',
      'd',
    ]);
    expect(names(await at.api.get(widgetsOf(namespace), { fieldSelector: 'metadata.name=none' }))).toEqual([]);
  });

  test.each(['data.key=value', 'spec.nodeName=x'])('refuse the field selector %s for ConfigMaps', async (fieldSelector) => {
    const { status, body } = await at.api.get(path, { fieldSelector });
    expect([status, body.reason]).toEqual([400, 'BadRequest']);
    expect(body.message).toBe(`"${fieldSelector.split('=')[0]}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
  });

  test('refuse fields of custom resources that nobody declared selectable', async () => {
    const { status, body } = await at.api.get(widgetsOf(namespace), { fieldSelector: 'spec.size=1' });
    expect([status, body.reason, body.message]).toEqual([400, 'BadRequest', 'field label not supported: spec.size']);
  });

  test('of a namespace that is not there are empty', async () => {
    const { status, body } = await at.api.get('/api/v1/namespaces/nowhere/configmaps');
    expect([status, body.items]).toEqual([200, []]);
  });
}
