import { mockServices } from '@backstage/backend-test-utils';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { EntityBindings } from './EntityBindings';

const key = { cluster: 'c', namespace: 'test', name: 'podinfo' };
const podinfo = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'podinfo', annotations: { 'aviary.dev/canary': 'test/podinfo' } },
};

describe('EntityBindings', () => {
  function start() {
    let now = 0;
    const getEntities = jest.fn(async () => ({ items: [podinfo] }));
    const logger = mockServices.logger.mock();
    const catalog = { getEntities } as unknown as CatalogService;
    const bindings = new EntityBindings({ catalog, auth: mockServices.auth(), logger, now: () => now });
    const entityRef = async () => (await bindings.table()).bindingOf(key).entityRef;
    return { getEntities, logger, entityRef, pass: (time: number) => (now += time) };
  }

  it('asks the catalogue once for many questions, and again after 20 seconds', async () => {
    const { getEntities, entityRef, pass } = start();
    expect(await Promise.all([entityRef(), entityRef()])).toEqual(['component:default/podinfo', 'component:default/podinfo']);
    pass(20_000);
    await entityRef();
    expect(getEntities).toHaveBeenCalledTimes(1);
    pass(1);
    await entityRef();
    expect(getEntities).toHaveBeenCalledTimes(2);
  });

  it('asks again soon while the catalogue is empty, as it is when it starts', async () => {
    const { getEntities, entityRef, pass } = start();
    getEntities.mockResolvedValueOnce({ items: [] });
    expect(await entityRef()).toBeNull();
    pass(2_001);
    expect(await entityRef()).toBe('component:default/podinfo');
  });

  it('uses the last answer while the catalogue fails', async () => {
    const { getEntities, logger, entityRef, pass } = start();
    await entityRef();
    pass(60_000);
    getEntities.mockRejectedValueOnce(new Error('catalogue is away'));
    expect(await entityRef()).toBe('component:default/podinfo');
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});
