import { canaryAddresses } from './canaryAddress';

const any = { cluster: null, namespace: null };

describe('canaryAddresses', () => {
  it.each([
    ['test/podinfo', [{ ...any, namespace: 'test', name: 'podinfo' }]],
    ['prod-eu/test/podinfo', [{ cluster: 'prod-eu', namespace: 'test', name: 'podinfo' }]],
    [
      ' test/podinfo , prod-eu/web/shop',
      [
        { ...any, namespace: 'test', name: 'podinfo' },
        { cluster: 'prod-eu', namespace: 'web', name: 'shop' },
      ],
    ],
    ['podinfo', []],
    ['a/b/c/d', []],
    ['test/', []],
    ['', []],
  ])('reads aviary.dev/canary "%s"', (annotation, addresses) => {
    expect(canaryAddresses({ 'aviary.dev/canary': annotation })).toEqual({ addresses, exact: true });
  });

  it('prefers our annotation to what the Kubernetes plugin knows', () => {
    const annotations = { 'aviary.dev/canary': 'test/podinfo', 'backstage.io/kubernetes-id': 'other' };
    expect(canaryAddresses(annotations).addresses.map((each) => each.name)).toEqual(['podinfo']);
  });

  it.each([
    [{ 'backstage.io/kubernetes-id': 'shop' }, [{ ...any, name: 'shop' }]],
    [{ 'backstage.io/kubernetes-id': 'shop', 'backstage.io/kubernetes-namespace': 'web' }, [{ ...any, namespace: 'web', name: 'shop' }]],
    [{ 'backstage.io/kubernetes-label-selector': 'app=shop,tier=front' }, [{ ...any, name: 'shop' }]],
    [{ 'backstage.io/kubernetes-label-selector': 'app.kubernetes.io/name == shop, app=shop' }, [{ ...any, name: 'shop' }]],
    [{ 'backstage.io/kubernetes-label-selector': 'tier=front,app!=shop,env in (a,b)' }, []],
    [{}, []],
  ])('falls back to %j', (annotations, addresses) => {
    expect(canaryAddresses(annotations)).toEqual({ addresses, exact: false });
  });
});
