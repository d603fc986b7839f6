import { type RolloutPage, rolloutsReadPermission } from '@aviary/plugin-rollouts-common';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult, type PolicyDecision } from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import request from 'supertest';
import { canaryConditions, createCanaryConditionalDecision } from './permissions/rules';
import { ledgerServiceRef, rolloutsPlugin } from './plugin';
import { FakeLedger } from './testing/FakeLedger';
import { rolloutRow } from './testing/rolloutRow';

const ENTITIES = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'podinfo', annotations: { 'aviary.dev/canary': 'test/podinfo' } },
    spec: { owner: 'payments' },
  },
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'face', annotations: { 'aviary.dev/canary': 'eu/faces/face' } },
    spec: { owner: 'storefront' },
  },
];

const PODINFO = '/api/rollouts/v1/canaries/eu/test/podinfo';
const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

async function start(options: { policy?: (permission: string) => PolicyDecision } = {}) {
  const ledger = new FakeLedger([
    rolloutRow('eu/test/podinfo'),
    rolloutRow('eu/faces/face', { phase: 'Failed' }),
    rolloutRow('us/other/unowned', { phase: 'Succeeded' }),
  ]);
  const policy = options.policy ?? (() => ALLOW);
  const permissions = mockServices.permissions.mock({
    authorizeConditional: async (requests) => requests.map(({ permission }) => policy(permission.name)),
  });
  const signals = { publish: jest.fn(async () => {}) };
  const auditor = mockServices.auditor.mock();
  const outcome = { success: jest.fn(async () => {}), fail: jest.fn(async () => {}) };
  auditor.createEvent.mockResolvedValue(outcome);
  const running = await startTestBackend({
    features: [
      rolloutsPlugin,
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost', listen: ':0' },
          rollouts: {
            engine: { enabled: false, database: { connection: 'postgres://127.0.0.1:1/none' }, clock: { real: 0, shown: 0, speed: 10 } },
          },
        },
      }),
      permissions.factory,
      auditor.factory,
      catalogServiceMock.factory({ entities: ENTITIES }),
      createServiceFactory({ service: signalsServiceRef, deps: {}, factory: () => signals }),
      createServiceFactory({ service: ledgerServiceRef, deps: {}, factory: () => ({ open: async () => ledger }) }),
    ],
  });
  return { server: running.server, stop: () => running.stop(), ledger, signals, auditor, outcome };
}

type Backend = Awaited<ReturnType<typeof start>>;

describe('the rollouts backend', () => {
  let backend: Backend | undefined;
  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
  });

  it('binds Canaries to entities and owners', async () => {
    backend = await start();
    const { body } = await request(backend.server).get('/api/rollouts/v1/rollouts').expect(200);
    const page = body as RolloutPage;
    expect(page.items.map(({ key, entityRef, owner }) => [key.name, entityRef, owner])).toEqual([
      ['podinfo', 'component:default/podinfo', 'group:default/payments'],
      ['face', 'component:default/face', 'group:default/storefront'],
      ['unowned', null, null],
    ]);
    expect(page.clock.speed).toBe(10);
    expect(Math.abs(page.clock.now - Date.now() * 10)).toBeLessThan(100_000);
  });

  it.each([
    ['entity=component:default/podinfo', ['podinfo']],
    ['entity=component:default/nothing', []],
    ['owner=group:default/storefront&owner=group:default/payments', ['podinfo', 'face']],
    ['owner=group:default/storefront&phase=Progressing', []],
    ['cluster=us', ['unowned']],
    ['cluster=us&entity=component:default/podinfo', []],
    ['phase=Failed&phase=Succeeded', ['face', 'unowned']],
    ['search=fac', ['face']],
  ])('filters by %s', async (query, names) => {
    backend = await start();
    const { body } = await request(backend.server).get(`/api/rollouts/v1/rollouts?${query}`).expect(200);
    expect(body.items.map((item: RolloutPage['items'][0]) => item.key.name)).toEqual(names);
  });

  it('refuses people whom the policy does not let see rollouts', async () => {
    backend = await start({ policy: () => DENY });
    for (const path of [
      '/api/rollouts/v1/rollouts',
      '/api/rollouts/v1/rollouts/counts',
      PODINFO,
      `${PODINFO}/decisions`,
      `${PODINFO}/events`,
    ]) {
      const { body } = await request(backend.server).get(path).expect(403);
      expect(body.error.message).toContain('rollouts.read');
    }
  });

  describe('with a policy that has conditions', () => {
    const ownedBy = (...claims: string[]) =>
      createCanaryConditionalDecision(rolloutsReadPermission, canaryConditions.isEntityOwner({ claims }));
    const inNamespace = (...namespaces: string[]) =>
      createCanaryConditionalDecision(rolloutsReadPermission, canaryConditions.inNamespace({ namespaces }));
    const notIn = (...clusters: string[]) =>
      createCanaryConditionalDecision(rolloutsReadPermission, { not: canaryConditions.inCluster({ clusters }) });

    it.each([
      ['owners', ownedBy('group:default/payments'), ['podinfo'], 1],
      ['namespaces', inNamespace('faces', 'other'), ['face', 'unowned'], 0],
      ['negation', notIn('eu'), ['unowned'], 0],
      ['owners of nothing', ownedBy('group:default/none'), [], 0],
    ])('shows and counts only what conditions on %s let through', async (_, decision, names, running) => {
      backend = await start({ policy: () => decision });
      const list = await request(backend.server).get('/api/rollouts/v1/rollouts').expect(200);
      expect(list.body.items.map((item: RolloutPage['items'][0]) => item.key.name)).toEqual(names);
      const counts = await request(backend.server).get('/api/rollouts/v1/rollouts/counts').expect(200);
      expect(counts.body.running).toBe(running);
    });

    it('holds single Canaries to them, whether they exist or not', async () => {
      backend = await start({ policy: () => ownedBy('group:default/payments') });
      await request(backend.server).get(PODINFO).expect(200);
      await request(backend.server).get('/api/rollouts/v1/canaries/eu/faces/face').expect(403);
      await request(backend.server).get('/api/rollouts/v1/canaries/eu/no/such').expect(403);
    });
  });

  it('offers only commands that make sense and are allowed', async () => {
    backend = await start({ policy: (permission) => (permission === 'rollouts.abort' ? DENY : ALLOW) });
    const { body } = await request(backend.server).get(PODINFO).expect(200);
    expect(body.actions).toEqual(['pause', 'promote']);
  });

  it('writes a command down with who gave it, and tells the auditor', async () => {
    backend = await start();
    const command = { type: 'abort', rolloutId: 'r1', revision: 'abc', why: 'looks wrong' };
    const { body } = await request(backend.server).post(`${PODINFO}/commands`).send(command).expect(202);
    expect(body).toMatchObject({ type: 'abort', outcome: null, message: null });
    expect(backend.ledger.commands).toEqual([
      expect.objectContaining({ id: body.id, type: 'abort', by: 'user:default/mock', why: 'looks wrong', rolloutId: 'r1', gate: null }),
    ]);
    expect(backend.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'rollout-command',
        severityLevel: 'medium',
        meta: { canary: 'eu/test/podinfo', type: 'abort', rolloutId: 'r1', why: 'looks wrong' },
      }),
    );
    expect(backend.outcome.success).toHaveBeenCalledTimes(1);
  });

  it('refuses a command that the person may not give, writes nothing and tells the auditor', async () => {
    backend = await start({ policy: (permission) => (permission === 'rollouts.promote' ? DENY : ALLOW) });
    const command = { type: 'promote', rolloutId: 'r1', revision: 'abc', why: '' };
    const { body } = await request(backend.server).post(`${PODINFO}/commands`).send(command).expect(403);
    expect(body.error.message).toBe(
      'You may not promote the rollout of eu/test/podinfo. Whoever runs the portal can give you the permission rollouts.promote.',
    );
    expect(backend.ledger.commands).toEqual([]);
    expect(backend.outcome.fail).toHaveBeenCalledTimes(1);
  });

  it('passes on that a command came too late', async () => {
    backend = await start();
    const command = { type: 'pause', rolloutId: 'an earlier one', revision: 'old', why: '' };
    const { body } = await request(backend.server).post(`${PODINFO}/commands`).send(command).expect(202);
    const path = `/api/rollouts/v1/commands/${body.id}`;
    expect((await request(backend.server).get(path).expect(200)).body.outcome).toBeNull();
    backend.ledger.answer(body.id, { outcome: 'superseded', message: 'another rollout runs' });
    expect((await request(backend.server).get(path).expect(200)).body).toEqual({
      id: body.id,
      type: 'pause',
      outcome: 'superseded',
      message: 'another rollout runs',
    });
  });

  it('tells open pages what changed', async () => {
    backend = await start();
    backend.ledger.ping({ cluster: 'eu', namespace: 'test', name: 'podinfo' });
    expect(backend.signals.publish).toHaveBeenCalledWith(
      expect.objectContaining({
        channel: 'rollouts',
        message: { kind: 'changed', key: { cluster: 'eu', namespace: 'test', name: 'podinfo' } },
      }),
    );
  });

  it('answers only people and services that it knows, its health aside', async () => {
    backend = await start();
    await request(backend.server).get('/api/rollouts/v1/rollouts').set('authorization', mockCredentials.none.header()).expect(401);
    const { body } = await request(backend.server)
      .get('/api/rollouts/v1/health')
      .set('authorization', mockCredentials.none.header())
      .expect(200);
    expect(body).toEqual({ ledger: 'open', engine: 'off' });
  });

  it('says so while the database is away', async () => {
    backend = await start();
    backend.ledger.failure = Object.assign(new Error('connection refused'), { kind: 'unavailable' });
    const { body } = await request(backend.server).get('/api/rollouts/v1/rollouts').expect(503);
    expect(body.error.message).toBe('The rollouts cannot be read now: connection refused');
  });
});
