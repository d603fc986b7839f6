import { CONTRACT_VERSION } from '@aviary/provider-contract';
import { ProviderRegistry } from './ProviderRegistry';
import type { ProviderDefinition } from './ProviderRegistry';

describe('ProviderRegistry', () => {
  it('hands back what was added, by kind and id', () => {
    const registry = new ProviderRegistry();
    const definitions = [routerNamed('one'), metricNamed('one'), alertNamed('one')];
    for (const definition of definitions) registry.add(definition);
    expect([registry.router('one'), registry.metric('one'), registry.alert('one')]).toEqual(definitions);
  });

  it('lists all or those of one kind, in order', () => {
    const registry = new ProviderRegistry();
    for (const definition of [routerNamed('b'), routerNamed('a'), metricNamed('z')]) registry.add(definition);
    expect(registry.list().map(({ kind, id }) => `${kind} ${id}`)).toEqual(['metric z', 'router a', 'router b']);
    expect(registry.list('router').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(registry.list('alert')).toEqual([]);
  });

  it('refuses a second provider of the same kind and id', () => {
    const registry = new ProviderRegistry();
    registry.add(routerNamed('istio'));
    expect(() => registry.add(routerNamed('istio'))).toThrow('There are two router providers with the id "istio"');
    expect(() => registry.add(metricNamed('istio'))).not.toThrow();
  });

  it('refuses a provider for another version of the contract', () => {
    const registry = new ProviderRegistry();
    expect(() => registry.add({ ...metricNamed('new'), contractVersion: CONTRACT_VERSION + 1 })).toThrow(
      `written for version ${CONTRACT_VERSION + 1} of the provider contract, this engine has version ${CONTRACT_VERSION}`,
    );
    expect(() => registry.add({ ...metricNamed('right'), contractVersion: CONTRACT_VERSION })).not.toThrow();
  });

  it('names the known providers and the nearest one when it does not have the id', () => {
    const registry = new ProviderRegistry();
    for (const id of ['prometheus', 'datadog']) registry.add(metricNamed(id));
    expect(() => registry.metric('promethues')).toThrow(
      expect.objectContaining({
        kind: 'misconfigured',
        message:
          'There is no metric provider "promethues" (spec.provider.type of the MetricTemplate). Did you mean "prometheus"? Known: datadog, prometheus',
      }),
    );
  });

  it('does not guess when nothing is near', () => {
    const registry = new ProviderRegistry();
    registry.add(routerNamed('linkerd'));
    expect(() => registry.router('gatewayapi')).toThrow(
      'There is no router provider "gatewayapi" (spec.provider of the Canary). Known: linkerd',
    );
    expect(() => registry.alert('slack')).toThrow('Known: none');
  });
});

function routerNamed(id: string): ProviderDefinition {
  return {
    kind: 'router',
    id,
    displayName: id,
    abilities: { weights: true, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false },
    rbac: [],
    references: () => [],
    render: () => ({ write: [], remove: [] }),
    read: () => ({ state: 'absent' }),
    finalize: () => ({ write: [], remove: [] }),
  };
}

function metricNamed(id: string): ProviderDefinition {
  return { kind: 'metric', id, displayName: id, secretKeys: [], rbac: [], create: () => ({ query: async () => 1, probe: async () => {} }) };
}

function alertNamed(id: string): ProviderDefinition {
  return { kind: 'alert', id, displayName: id, secretKeys: [], create: () => ({ send: async () => {} }) };
}
