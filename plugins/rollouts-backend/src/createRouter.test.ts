import { mockCredentials, mockErrorHandler, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import express from 'express';
import request from 'supertest';
import { CanaryIndex } from './binding/CanaryIndex';
import { EntityBindings } from './binding/EntityBindings';
import { createRouter } from './createRouter';
import { CanaryAccess } from './permissions/CanaryAccess';
import { FakeLedger } from './testing/FakeLedger';
import { rolloutRow } from './testing/rolloutRow';

const PODINFO = '/v1/canaries/eu/test/podinfo';

/** The router alone; answers that do not fit the OpenAPI description become errors. */
function start(ledger: FakeLedger) {
  const reader = async () => ledger;
  const bindings = new EntityBindings({ catalog: catalogServiceMock(), auth: mockServices.auth(), logger: mockServices.logger.mock() });
  const index = new CanaryIndex(reader);
  const permissions = mockServices.permissions.mock({
    authorizeConditional: async (requests) => requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  });
  const access = new CanaryAccess({ permissions, permissionsRegistry: mockServices.permissionsRegistry.mock(), bindings, index });
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockResolvedValue({ success: async () => {}, fail: async () => {} });
  const router = createRouter(
    {
      reader,
      health: () => ({ ledger: 'open', engine: 'ready' }),
      clock: () => ({ now: 5_000, speed: 1 }),
      access,
      bindings,
      index,
      httpAuth: mockServices.httpAuth({ defaultCredentials: mockCredentials.service() }),
      auditor,
      newId: () => '00000000-0000-4000-8000-000000000000',
    },
    { validateResponses: true },
  );
  return express().use(router).use(mockErrorHandler());
}

describe('createRouter', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => rolloutRow(`eu/test/${name}`));

  it('pages forth and back', async () => {
    const app = start(new FakeLedger(rows));
    const page = async (cursor?: string) => (await request(app).get('/v1/rollouts').query({ limit: 2, cursor }).expect(200)).body;
    const first = await page();
    const second = await page(first.next);
    const third = await page(second.next);
    const names = [first, second, third].map(({ items }) => items.map((item: { key: { name: string } }) => item.key.name));
    expect(names).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect([first.previous, third.next]).toEqual([null, null]);
    expect((await page(third.previous)).items).toEqual(second.items);
  });

  it.each<[string, Parameters<typeof rolloutRow>[1]]>([
    ['in the analysis', {}],
    [
      'before its first rollout',
      { rolloutId: null, verdict: null, fromVersion: null, toVersion: null, revision: null, startedAt: null, dueAt: null },
    ],
    ['paused', { paused: { by: 'user:default/guest', why: '', at: 3 } }],
    ['before a gate', { gate: { type: 'confirm-rollout', name: 'gate', since: 3 } }],
    ['with iterations', { strategy: 'ab-testing', plan: [{ kind: 'iteration', iteration: 1 }], checks: [] }],
  ])('describes a Canary %s as OpenAPI says', async (_, changes) => {
    const app = start(new FakeLedger([rolloutRow('eu/test/podinfo', changes)]));
    const { body } = await request(app).get(PODINFO).expect(200);
    expect(body.rollout).toMatchObject({ ...changes, entityRef: null, owner: null });
  });

  it('answers counts, decisions, evidence, events and history as OpenAPI says', async () => {
    const ledger = new FakeLedger([rolloutRow('eu/test/podinfo')]);
    const check = {
      name: 'request-success-rate',
      kind: 'metric' as const,
      value: 98.69,
      primaryValue: null,
      min: 99,
      max: null,
      unit: '%',
      verdict: 'fail' as const,
      reason: '98.69 % is below 99 %',
    };
    ledger.decisionRows = [3, 2, 1].map((sequence) => ({
      sequence,
      rolloutId: 'r1',
      at: sequence,
      kind: 'hold' as const,
      phase: 'Progressing' as const,
      weightBefore: 10,
      weight: 10,
      iterations: 0,
      verdict: sequence === 1 ? null : ('fail' as const),
      reason: 'Holding at 10 %',
      failedChecks: 1,
      checks: [
        check,
        { ...check, name: 'load-test', kind: 'webhook' as const, type: 'rollout', value: null, verdict: 'notAsked' as const },
      ],
    }));
    ledger.eventRows = [{ at: 1, type: 'Warning', message: 'Halt podinfo.test advancement', rolloutId: null }];
    ledger.pastRollouts = [
      {
        id: 'r0',
        fromVersion: '5.0.0',
        toVersion: '6.0.0',
        strategy: 'canary',
        startedAt: 1,
        endedAt: null,
        outcome: null,
        reason: '',
        looks: 0,
        maxWeight: 0,
      },
    ];
    const app = start(ledger);
    await request(app).get('/v1/rollouts/counts').expect(200);
    const decisions = await request(app).get(`${PODINFO}/decisions?limit=2&before=3`).expect(200);
    expect(decisions.body.items.map((each: { sequence: number }) => each.sequence)).toEqual([2, 1]);
    await request(app).get(`${PODINFO}/decisions/2/evidence`).expect(200);
    const none = await request(app).get(`${PODINFO}/decisions/9/evidence`).expect(404);
    expect(none.body.error.message).toContain('no decision 9 about eu/test/podinfo');
    await request(app).get(`${PODINFO}/events`).expect(200);
    await request(app).get(`${PODINFO}/rollouts`).expect(200);
    await request(app).get('/v1/health').expect(200);
  });

  it('lets a service give a command in its own name', async () => {
    const ledger = new FakeLedger([rolloutRow('eu/test/podinfo')]);
    await request(start(ledger))
      .post(`${PODINFO}/commands`)
      .send({ type: 'approve', rolloutId: 'r1', revision: null, gate: 'confirm-rollout', why: 'pipeline passed' })
      .expect(202);
    expect(ledger.commands[0]).toMatchObject({ by: 'external:test-service', gate: 'confirm-rollout', at: 5_000 });
  });

  it.each([
    ['GET', '/v1/rollouts?limit=0', undefined, 400, 'limit'],
    ['GET', '/v1/rollouts?limit=ten', undefined, 400, 'limit'],
    ['GET', '/v1/rollouts?phase=Broken', undefined, 400, 'phase'],
    ['GET', '/v1/rollouts?colour=red', undefined, 400, 'colour'],
    ['GET', `${PODINFO}x`, undefined, 404, 'no Canary eu/test/podinfox'],
    ['GET', '/v1/commands/00000000-0000-4000-8000-000000000001', undefined, 404, 'no command'],
    ['GET', '/v1/commands/1', undefined, 400, 'id'],
    ['POST', `${PODINFO}/commands`, { type: 'explode', rolloutId: null, revision: null, why: '' }, 400, 'type'],
    ['POST', `${PODINFO}/commands`, { type: 'pause', why: '' }, 400, 'rolloutId'],
    ['POST', `${PODINFO}/commands`, { type: 'approve', rolloutId: 'r1', revision: null, why: '' }, 400, 'which gate'],
    ['POST', `${PODINFO}x/commands`, { type: 'pause', rolloutId: null, revision: null, why: '' }, 404, 'no Canary'],
  ])('refuses %s %s %j with %i', async (method, path, body, status, words) => {
    const app = start(new FakeLedger([rolloutRow('eu/test/podinfo')]));
    const asked = method === 'GET' ? request(app).get(path) : request(app).post(path).send(body);
    const answer = await asked.expect(status);
    expect(answer.body.error.message).toContain(words);
  });
});
