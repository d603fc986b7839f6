import type { KubeObject } from '@aviary/provider-contract';
import { routedCanary, routerContract } from '@aviary/provider-contract-tests';
import { linkerd } from './linkerd';

describe('linkerd', () => {
  const canary = routedCanary();
  const routes = { primary: 80, canary: 20, mirror: false };

  routerContract(test, { router: linkerd });

  it('creates the TrafficSplit that Flagger creates', () => {
    expect(linkerd.render(canary, { primary: 100, canary: 0, mirror: false }, [])).toEqual({
      write: [
        {
          apiVersion: 'split.smi-spec.io/v1alpha1',
          kind: 'TrafficSplit',
          metadata: { name: 'podinfo', namespace: 'test', ownerReferences: [canary.owner] },
          spec: {
            service: 'podinfo',
            backends: [
              { service: 'podinfo-canary', weight: 0 },
              { service: 'podinfo-primary', weight: 100 },
            ],
          },
        },
      ],
      remove: [],
    });
  });

  it('splits the first host when the Canary has hosts', () => {
    const [written] = linkerd.render(routedCanary({ service: { hosts: ['app.example.com', 'other.example.com'] } }), routes, []).write;
    expect(written.spec.service).toBe('app.example.com');
  });

  it.each([
    ['numbers', 20, 80, 20],
    ['quantities that Flagger wrote', '20', '80', 20],
    ['thousandths', '200m', '800m', 20],
    ['other sums', 1, 3, 25],
    ['a canary without weight', undefined, 5, 0],
    ['a primary without weight', '1', undefined, 100],
    ['thirds', 1, 2, 33],
  ])('reads weights that are %s', (_form, canaryWeight, primaryWeight, share) => {
    expect(linkerd.read(canary, [split(canaryWeight, primaryWeight)])).toEqual({
      state: 'ready',
      routes: { primary: 100 - share, canary: share, mirror: false },
    });
  });

  it.each([
    ['both weights are 0', split(0, 0), 'TrafficSplit test/podinfo gives no weight to podinfo-primary or podinfo-canary'],
    [
      'there are no backends',
      { ...split(1, 1), spec: {} },
      'TrafficSplit test/podinfo gives no weight to podinfo-primary or podinfo-canary',
    ],
    [
      'there is no spec',
      { ...split(1, 1), spec: undefined },
      'TrafficSplit test/podinfo gives no weight to podinfo-primary or podinfo-canary',
    ],
    ['a weight is no quantity', split('many', 1), 'TrafficSplit test/podinfo has a weight that is not a quantity'],
  ])('is not ready when %s', (_case, object, reason) => {
    expect(linkerd.read(canary, [object])).toEqual({ state: 'notReady', reason });
  });

  it('leaves equal quantities as they are written', () => {
    const existing = split('20', '80000m');
    expect(linkerd.render(canary, routes, [existing]).write[0]).toBe(existing);
  });

  it('leaves the order of backends as it is', () => {
    const existing = split(20, 80);
    const turned = { ...existing, spec: { ...existing.spec, backends: [...existing.spec.backends].reverse() } };
    expect(linkerd.render(canary, routes, [turned]).write[0]).toBe(turned);
  });

  it('removes a backend that takes a share nobody decided, and a second entry of the same service', () => {
    for (const intruder of ['podinfo-debug', 'podinfo-canary']) {
      const existing = split(20, 80);
      const drifted = { ...existing, spec: { ...existing.spec, backends: [...existing.spec.backends, { service: intruder, weight: 10 }] } };
      expect(linkerd.render(canary, routes, [drifted]).write[0].spec.backends).toEqual(existing.spec.backends);
    }
  });

  it('keeps foreign fields of a backend', () => {
    const existing = split(20, 80);
    existing.spec.backends[0].note = 'kept';
    const [written] = linkerd.render(canary, { primary: 70, canary: 30, mirror: false }, [existing]).write;
    expect(written.spec.backends[0]).toEqual({ service: 'podinfo-canary', weight: 30, note: 'kept' });
  });

  it('does not take an object of another name, namespace or group for its own', () => {
    const own = split(20, 80);
    for (const other of [
      { ...own, metadata: { ...own.metadata, name: 'other' } },
      { ...own, metadata: { ...own.metadata, namespace: 'other' } },
      { ...own, apiVersion: 'example.com/v1' },
    ]) {
      expect(linkerd.read(canary, [other])).toEqual({ state: 'absent' });
    }
  });

  it('refuses to mirror', () => {
    expect(() => linkerd.render(canary, { ...routes, mirror: true }, [])).toThrow(expect.objectContaining({ kind: 'unsupported' }));
  });
});

function split(canaryWeight: unknown, primaryWeight: unknown): KubeObject {
  return {
    apiVersion: 'split.smi-spec.io/v1alpha1',
    kind: 'TrafficSplit',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      service: 'podinfo',
      backends: [
        { service: 'podinfo-canary', weight: canaryWeight },
        { service: 'podinfo-primary', weight: primaryWeight },
      ],
    },
  };
}
