import type { Entity } from '@backstage/catalog-model';
import { BindingTable } from './BindingTable';

function component(name: string, annotations: Record<string, string>, owner = 'payments', related?: string[]): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
    spec: { owner },
    relations: related?.map((targetRef) => ({ type: 'ownedBy', targetRef })),
  };
}

const key = { cluster: 'prod-eu', namespace: 'test', name: 'podinfo' };

describe('BindingTable', () => {
  it('finds the entity and the owners of a Canary', () => {
    const table = new BindingTable([component('podinfo', { 'aviary.dev/canary': 'test/podinfo' })]);
    expect(table.bindingOf(key)).toMatchObject({ entityRef: 'component:default/podinfo', owners: ['group:default/payments'] });
    expect(table.bindingOf({ ...key, namespace: 'other' })).toEqual({ entityRef: null, owners: [] });
  });

  it('takes owners from relations before the spec', () => {
    const related = ['group:default/storefront', 'user:default/guest'];
    const table = new BindingTable([component('podinfo', { 'aviary.dev/canary': 'test/podinfo' }, 'payments', related)]);
    expect(table.bindingOf(key).owners).toEqual(related);
  });

  it.each([
    ['a named cluster', { 'aviary.dev/canary': 'prod-eu/test/podinfo' }, { 'aviary.dev/canary': 'test/podinfo' }],
    ['our annotation', { 'aviary.dev/canary': 'test/podinfo' }, { 'backstage.io/kubernetes-id': 'podinfo' }],
    [
      'a named namespace',
      { 'backstage.io/kubernetes-id': 'podinfo', 'backstage.io/kubernetes-namespace': 'test' },
      { 'backstage.io/kubernetes-id': 'podinfo' },
    ],
  ])('lets %s win', (_, winner, loser) => {
    const table = new BindingTable([component('a-loser', loser), component('winner', winner)]);
    expect(table.bindingOf(key).entityRef).toBe('component:default/winner');
  });

  it('lets the alphabet decide between equals, whatever the order of the catalogue', () => {
    const same = { 'aviary.dev/canary': 'test/podinfo' };
    const entities = [component('b', same), component('a', same)];
    expect(new BindingTable(entities).bindingOf(key).entityRef).toBe('component:default/a');
    expect(new BindingTable(entities.reverse()).bindingOf(key).entityRef).toBe('component:default/a');
  });

  it('finds what an entity and what an owner has, however the reference is written', () => {
    const table = new BindingTable([component('podinfo', { 'aviary.dev/canary': 'test/podinfo' })]);
    const addresses = [{ cluster: null, namespace: 'test', name: 'podinfo' }];
    expect(table.addressesOf('component:default/podinfo')).toEqual(addresses);
    expect(table.addressesOf('Component:default/podinfo')).toEqual(addresses);
    expect(table.addressesOf('component:default/unknown')).toEqual([]);
    expect(table.addressesOwnedBy(['payments'])).toEqual(addresses);
    expect(table.addressesOwnedBy(['group:default/payments'])).toEqual(addresses);
    expect(table.addressesOwnedBy(['group:default/other'])).toEqual([]);
  });
});
