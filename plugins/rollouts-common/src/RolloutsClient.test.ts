import { RolloutsClient } from './RolloutsClient';

const KEY = { cluster: 'prod/eu', namespace: 'test', name: 'pod info' };

/** A fetch that answers what it is told to and keeps what it was asked; Backstage forbids real requests in tests of this role. */
function answering(status: number, body: unknown) {
  const asked: { method: string; url: string; body: string }[] = [];
  const client = new RolloutsClient({
    discoveryApi: { getBaseUrl: async (pluginId) => `http://127.0.0.1/api/${pluginId}` },
    fetchApi: {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const { pathname, search } = new URL(request.url);
        asked.push({ method: request.method, url: pathname + search, body: await request.text() });
        return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
      },
    },
  });
  return { client, asked };
}

describe('RolloutsClient', () => {
  it.each<[string, (client: RolloutsClient) => Promise<unknown>, string]>([
    [
      'list',
      (client) => client.list({ phase: ['Failed', 'Succeeded'], search: 'a b', limit: 5 }),
      '/v1/rollouts?phase=Failed&phase=Succeeded&search=a+b&limit=5',
    ],
    [
      'list of an entity',
      (client) => client.list({ entity: 'component:default/podinfo' }),
      '/v1/rollouts?entity=component%3Adefault%2Fpodinfo',
    ],
    ['counts', (client) => client.counts(), '/v1/rollouts/counts'],
    ['get', (client) => client.get(KEY), '/v1/canaries/prod%2Feu/test/pod%20info'],
    [
      'decisions',
      (client) => client.decisions(KEY, { rolloutId: 'r1', limit: 2, before: 9 }),
      '/v1/canaries/prod%2Feu/test/pod%20info/decisions?rolloutId=r1&limit=2&before=9',
    ],
    ['evidence', (client) => client.evidence(KEY, 7), '/v1/canaries/prod%2Feu/test/pod%20info/decisions/7/evidence'],
    ['events', (client) => client.events(KEY, 3), '/v1/canaries/prod%2Feu/test/pod%20info/events?limit=3'],
    ['history', (client) => client.history(KEY), '/v1/canaries/prod%2Feu/test/pod%20info/rollouts'],
    ['commandStatus', (client) => client.commandStatus('a/b'), '/v1/commands/a%2Fb'],
  ])('asks for %s at its address', async (_name, call, path) => {
    const { client, asked } = answering(200, { items: [] });
    await expect(call(client)).resolves.toEqual({ items: [] });
    expect(asked).toEqual([{ method: 'GET', url: `/api/rollouts${path}`, body: '' }]);
  });

  it('sends a command as JSON', async () => {
    const { client, asked } = answering(202, { id: '1', type: 'pause', outcome: null, message: null });
    const command = { type: 'pause' as const, rolloutId: 'r1', revision: null, why: '' };
    await expect(client.command(KEY, command)).resolves.toMatchObject({ id: '1' });
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/api/rollouts/v1/canaries/prod%2Feu/test/pod%20info/commands' });
    expect(JSON.parse(asked[0].body)).toEqual(command);
  });

  it('fails with what the server says', async () => {
    const error = { name: 'NotAllowedError', message: 'Unauthorized' };
    const { client } = answering(403, { error, response: { statusCode: 403 } });
    await expect(client.get(KEY)).rejects.toMatchObject({
      name: 'ResponseError',
      cause: { name: 'NotAllowedError' },
      response: { status: 403 },
    });
  });
});
