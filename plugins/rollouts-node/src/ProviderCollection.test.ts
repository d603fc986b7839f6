import type { MetricProviderDefinition, RouterProvider } from '@aviary/provider-contract';
import { ProviderCollection } from './ProviderCollection';

const metric = (id: string) => ({ kind: 'metric', id, displayName: `Metric ${id}` }) as MetricProviderDefinition;
const router = (id: string) => ({ kind: 'router', id, displayName: `Router ${id}` }) as RouterProvider;

describe('ProviderCollection', () => {
  it('keeps providers in the order added', () => {
    const collection = new ProviderCollection();
    collection.addMetricProvider(metric('b'));
    collection.addRouter(router('a'));
    expect(collection.list().map((each) => each.id)).toEqual(['b', 'a']);
  });

  it('lets two kinds share an id', () => {
    const collection = new ProviderCollection();
    collection.addMetricProvider(metric('appmesh'));
    collection.addRouter(router('appmesh'));
    expect(collection.list()).toHaveLength(2);
  });

  it('refuses the second provider of one kind and id, naming both', () => {
    const collection = new ProviderCollection();
    collection.addMetricProvider(metric('influx'));
    expect(() => collection.addMetricProvider({ ...metric('influx'), displayName: 'Other' })).toThrow(
      /"influx" was added twice \("Metric influx" and "Other"\)/,
    );
  });
});
