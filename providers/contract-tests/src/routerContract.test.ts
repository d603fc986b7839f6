import type { KubeObject, RouterProvider } from '@aviary/provider-contract';
import { failuresOf } from './failuresOf';
import { routerContract } from './routerContract';

/** A router with one object, whose `spec.share` is the canary's weight. */
const sound: RouterProvider = {
  kind: 'router',
  id: 'sound',
  displayName: 'Sound',
  abilities: { weights: true, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false },
  rbac: [{ apiGroups: ['example.com'], resources: ['shares'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] }],
  references: ({ namespace }) => [{ group: 'example.com', version: 'v1', kind: 'Share', plural: 'shares', namespace, name: 'share' }],
  render(canary, routes, existing) {
    const found = existing.find(({ kind }) => kind === 'Share');
    if (found?.spec.share === routes.canary) return { write: [found], remove: [] };
    const created: KubeObject = {
      apiVersion: 'example.com/v1',
      kind: 'Share',
      metadata: { name: 'share', namespace: canary.namespace, ownerReferences: [canary.owner] },
    };
    return { write: [{ ...(found ?? created), spec: { ...found?.spec, share: routes.canary } }], remove: [] };
  },
  read(_canary, existing) {
    const found = existing.find(({ kind }) => kind === 'Share');
    if (!found) return { state: 'absent' };
    return { state: 'ready', routes: { primary: 100 - found.spec.share, canary: found.spec.share, mirror: false } };
  },
  finalize: () => ({ write: [], remove: [] }),
};

/** `sound` with what it renders changed. */
function rendering(change: (object: KubeObject) => KubeObject): Partial<RouterProvider> {
  return {
    render: (canary, routes, existing) => ({ write: sound.render(canary, routes, existing).write.map(change), remove: [] }),
  };
}

describe('routerContract', () => {
  const failuresWith = (fault: Partial<RouterProvider>) => failuresOf((test) => routerContract(test, { router: { ...sound, ...fault } }));

  it('passes a sound router', async () => {
    expect(await failuresWith({})).toEqual([]);
  });

  it.each<[string, Partial<RouterProvider>, string]>([
    ['copies objects that are right', rendering((object) => ({ ...object })), 'returns an object that is right as the same object'],
    ['changes what it is given', rendering((object) => Object.assign(object, { kind: 'Share' })), 'reads back every weight that it sets'],
    [
      'rounds weights',
      rendering((object) => ({ ...object, spec: { share: Math.round(object.spec.share / 2) * 2 } })),
      'reads back every weight that it sets',
    ],
    [
      'drops foreign fields',
      rendering((object) => ({ ...object, spec: { share: object.spec.share } })),
      'keeps what others put into its objects',
    ],
    [
      'drops foreign labels',
      rendering((object) => ({ ...object, metadata: { ...object.metadata, labels: {} } })),
      'keeps what others put into its objects',
    ],
    [
      'forgets the owner',
      rendering((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences: undefined } })),
      'writes only objects that it references, and makes the Canary the owner of new ones',
    ],
    [
      'writes what it does not reference',
      rendering((object) => ({ ...object, metadata: { ...object.metadata, name: 'else' } })),
      'writes only objects that it references, and makes the Canary the owner of new ones',
    ],
    [
      'reads weights that are not there',
      { read: () => ({ state: 'ready', routes: { primary: 100, canary: 0, mirror: false } }) },
      'reads that its objects are absent before they exist',
    ],
    ['asks for too few permissions', { rbac: [] }, 'asks for the permissions that its objects need'],
    [
      'asks for more than it can name',
      { rbac: [{ ...sound.rbac[0], resources: ['shares', '*'] }] },
      'asks for the permissions that its objects need',
    ],
    ['claims to mirror', { abilities: { ...sound.abilities, mirror: true } }, 'reads back that it mirrors, and that it stopped'],
    [
      'claims no weights but sets them',
      { abilities: { ...sound.abilities, weights: false } },
      'says that the primary has all traffic, and sets nothing',
    ],
    [
      'has a query with an unknown function',
      { queries: { 'request-success-rate': '{{ target }} {{ pod }}', 'request-duration': '{{ target }}', durationUnit: 'seconds' } },
      'has built-in queries that the engine can render',
    ],
  ])('fails a router that %s', async (_fault, fault, name) => {
    expect(await failuresWith(fault)).toContain(name);
  });
});
