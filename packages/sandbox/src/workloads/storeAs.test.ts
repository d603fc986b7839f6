import { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import { ManualClock } from '../ManualClock';
import { storeAs } from './storeAs';

describe('storeAs', () => {
  const clock = new ManualClock(Date.UTC(2024, 0, 1));
  const store = new MemoryObjectStore({ clock });
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
  const owners = () =>
    (store.get('/services', 'default', 'web')?.metadata.managedFields as any[]).map(({ manager, subresource, time, fieldsV1 }) => ({
      manager,
      subresource,
      time,
      fields: fieldsV1,
    }));

  afterAll(() => store.close());

  it('notes who wrote what, with what the server filled in, but not the addresses that it gave', () => {
    storeAs(store, clock, 'maker').create('/services', service);
    expect(owners()).toEqual([
      {
        manager: 'maker',
        subresource: undefined,
        time: '2024-01-01T00:00:00Z',
        fields: {
          'f:spec': {
            'f:internalTrafficPolicy': {},
            'f:ports': {
              '.': {},
              'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
            },
            'f:selector': {},
            'f:sessionAffinity': {},
            'f:type': {},
          },
        },
      },
    ]);
  });

  it('notes a change of the status apart, and the time of the last change', () => {
    const balancer = storeAs(store, clock, 'balancer');
    const report = (ip: string) =>
      balancer.update(
        '/services',
        { ...store.get('/services', 'default', 'web')!, status: { loadBalancer: { ingress: [{ ip }] } } },
        { subresource: 'status' },
      );
    report('10.0.0.1');
    clock.advance(60_000);
    report('10.0.0.2');
    expect(owners()[1]).toMatchObject({ manager: 'balancer', subresource: 'status', time: '2024-01-01T00:01:00Z' });
    expect(owners()[0]).toMatchObject({ manager: 'maker', time: '2024-01-01T00:00:00Z' });
    const { revision } = store;
    clock.advance(60_000);
    report('10.0.0.2');
    expect(store.revision).toBe(revision);
  });
});
