import type { KubeObject } from '@aviary/provider-contract';
import { CANARY_OWNER, renderableCanary } from '../testing/renderableCanary';
import { discoverPorts } from './discoverPorts';
import { FLUX_ANNOTATIONS, renderService, restoreApexService, type ServiceOptions } from './renderService';

const base: Omit<ServiceOptions, 'role'> = { canary: renderableCanary(), selectorLabel: 'app', value: 'podinfo', ports: [] };

describe('renderService', () => {
  it.each([
    ['apex', 'podinfo', 'podinfo-primary'],
    ['primary', 'podinfo-primary', 'podinfo-primary'],
    ['canary', 'podinfo-canary', 'podinfo'],
  ] as const)('makes the %s service', (role, name, selected) => {
    expect(renderService({ ...base, role })).toEqual({
      differs: true,
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'prod', labels: { app: name }, annotations: FLUX_ANNOTATIONS, ownerReferences: [CANARY_OWNER] },
        spec: {
          type: 'ClusterIP',
          selector: { app: selected },
          ports: [{ name: 'http', protocol: 'TCP', port: 9898, targetPort: 9898 }],
        },
      },
    });
  });

  it('takes names, ports, protocol, headlessness, distribution and metadata from the Canary', () => {
    const canary = renderableCanary({
      service: {
        name: 'shop',
        port: 80,
        portName: 'grpc',
        targetPort: 'api',
        appProtocol: 'kubernetes.io/h2c',
        headless: true,
        trafficDistribution: 'PreferClose',
        canary: { labels: { a: 'b' }, annotations: { c: 'd' } },
      },
    });
    const { object } = renderService({ ...base, canary, role: 'canary' });
    expect(object.metadata).toMatchObject({ name: 'shop-canary', labels: { a: 'b', app: 'shop-canary' }, annotations: { c: 'd' } });
    expect(object.spec).toEqual({
      type: 'ClusterIP',
      clusterIP: 'None',
      trafficDistribution: 'PreferClose',
      selector: { app: 'podinfo' },
      ports: [{ name: 'grpc', protocol: 'TCP', port: 80, targetPort: 'api', appProtocol: 'kubernetes.io/h2c' }],
    });
  });

  it('does not differ from what it made, with what the server adds', () => {
    const existing = live(renderService({ ...base, role: 'apex' }).object);
    expect(renderService({ ...base, role: 'apex', existing })).toEqual({ object: existing, differs: false });
  });

  it('repairs its own service: selector, ports, labels and annotations, all but what is unmanaged', () => {
    const canary = renderableCanary({ service: { unmanagedMetadata: { annotations: ['lb'], labels: ['owner', 'absent'] } } });
    const existing = live(renderService({ ...base, canary, role: 'apex' }).object);
    existing.metadata.labels = { app: 'wrong', owner: 'x', stray: 'y' };
    existing.metadata.annotations = { ...FLUX_ANNOTATIONS, lb: 'internal', stray: 'z' };
    existing.spec.selector = { app: 'podinfo', extra: 'x' };
    const { object, differs } = renderService({ ...base, canary, role: 'apex', existing });
    expect(differs).toBe(true);
    expect(object.metadata.labels).toEqual({ app: 'podinfo', owner: 'x' });
    expect(object.metadata.annotations).toEqual({ ...FLUX_ANNOTATIONS, lb: 'internal' });
    expect(object.spec).toMatchObject({ selector: { app: 'podinfo-primary' }, clusterIP: '10.0.0.7', sessionAffinity: 'None' });
    expect(object.metadata.resourceVersion).toBe('3');
  });

  it('changes only ports and selector of a service it found, and marks it for Flux only then', () => {
    const existing = found();
    const { object, differs } = renderService({ ...base, role: 'apex', existing });
    expect(differs).toBe(true);
    expect(object.metadata).toEqual({ ...existing.metadata, annotations: { mine: 'x', ...FLUX_ANNOTATIONS } });
    expect(object.spec).toEqual({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      selector: { app: 'podinfo-primary' },
      ports: [{ name: 'http', protocol: 'TCP', port: 9898, targetPort: 9898, nodePort: 31000 }],
    });
    const unmarked = { ...object, metadata: existing.metadata };
    expect(renderService({ ...base, role: 'apex', existing: unmarked })).toEqual({ object: unmarked, differs: false });
  });

  it('does not fight over the order of ports', () => {
    const ports = [{ name: 'metrics', protocol: 'TCP', port: 9797, targetPort: 9797 } as const];
    const existing = live(renderService({ ...base, role: 'primary', ports }).object);
    existing.spec.ports.reverse();
    existing.spec.ports[0].nodePort = 30100;
    expect(renderService({ ...base, role: 'primary', ports, existing }).differs).toBe(false);
    expect(renderService({ ...base, role: 'primary', ports: [], existing }).object.spec.ports).toHaveLength(1);
  });
});

describe('restoreApexService', () => {
  const applied = (selector: unknown) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { selector } }) });

  it('gives back the selector that was applied, or else the pods of the target', () => {
    const existing = found();
    expect(restoreApexService(existing, base)?.object.spec.selector).toEqual({ app: 'podinfo' });
    existing.metadata.annotations = applied({ app: 'mine' });
    expect(restoreApexService(existing, base)?.object.spec.selector).toEqual({ app: 'mine' });
    existing.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{broken' };
    expect(restoreApexService(existing, base)?.object.spec.selector).toEqual({ app: 'podinfo' });
  });

  it('leaves a service alone that goes with its Canary', () => {
    expect(restoreApexService(live(renderService({ ...base, role: 'apex' }).object), base)).toBeUndefined();
  });
});

describe('discoverPorts', () => {
  const target = workload([
    {
      name: 'podinfo',
      ports: [{ name: 'http', containerPort: 9898 }, { containerPort: 9797 }, { name: 'grpc', containerPort: 9999, protocol: 'TCP' }],
    },
    { name: 'istio-proxy', ports: [{ containerPort: 15090 }] },
    { name: 'envoy', ports: [{ containerPort: 15001 }] },
    { name: 'bare' },
  ]);

  it.each([
    ['nothing without portDiscovery', false, 9898, []],
    ['all but the port that the service names by number', true, 9898, ['tcp-podinfo-1:9797', 'grpc:9999']],
    ['all but the port that the service names by name', true, 'grpc', ['http:9898', 'tcp-podinfo-1:9797']],
  ])('finds %s', (_, portDiscovery, targetPort, expected) => {
    expect(discoverPorts(target, { portDiscovery, targetPort }).map(({ name, port }) => `${name}:${port}`)).toEqual(expected);
  });
});

function workload(containers: unknown[]): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'podinfo' }, spec: { template: { spec: { containers } } } };
}

function live(object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  return {
    ...copy,
    metadata: { ...copy.metadata, uid: 'service-uid', resourceVersion: '3', creationTimestamp: 'now' },
    spec: { ...copy.spec, clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], sessionAffinity: 'None' },
    status: { loadBalancer: {} },
  };
}

function found(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'prod', uid: 'u', resourceVersion: '3', labels: { mine: 'x' }, annotations: { mine: 'x' } },
    spec: {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      selector: { app: 'podinfo' },
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 9898, nodePort: 31000 }],
    },
  };
}
