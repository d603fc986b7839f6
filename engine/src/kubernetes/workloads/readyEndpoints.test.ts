import type { KubeObject } from '@aviary/provider-contract';
import { readyEndpoints, servicesOfSlice } from './readyEndpoints';

describe('readyEndpoints', () => {
  it('counts every ready pod of the service once', () => {
    const slices = [
      slice('podinfo-primary', [
        pod('a', { ready: true }),
        pod('b', { ready: false }),
        pod('c', { ready: true, terminating: true }),
        pod('d'),
      ]),
      slice('podinfo-primary', [pod('a', { ready: true }), pod('e', { ready: true })]),
      slice('podinfo-canary', [pod('f', { ready: true })]),
      { ...slice('podinfo-primary', []), endpoints: null },
    ];
    expect(readyEndpoints(slices, 'podinfo-primary')).toBe(3);
    expect(readyEndpoints(slices, 'podinfo-canary')).toBe(1);
    expect(readyEndpoints(slices, 'podinfo')).toBe(0);
  });

  it('counts addresses where no pod is named', () => {
    expect(readyEndpoints([slice('x', [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }])], 'x')).toBe(2);
  });
});

describe('servicesOfSlice', () => {
  it('names the service by namespace, and nothing for a slice without one', () => {
    expect(servicesOfSlice(slice('podinfo', []))).toEqual(['prod/podinfo']);
    expect(servicesOfSlice({ apiVersion: 'v1', kind: 'EndpointSlice', metadata: { name: 'x' } })).toEqual([]);
  });
});

function slice(service: string, endpoints: unknown[]): KubeObject {
  const metadata = { name: `${service}-x`, namespace: 'prod', labels: { 'kubernetes.io/service-name': service } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, endpoints };
}

function pod(uid: string, conditions?: object) {
  return { addresses: [`10.0.0.${uid}`], conditions, targetRef: { kind: 'Pod', name: uid, uid } };
}
