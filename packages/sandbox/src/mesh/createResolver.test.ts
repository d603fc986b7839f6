import type { KubeObject } from '../apiserver/ObjectStore';
import type { ClusterReader } from './ClusterReader';
import { createResolver, isDown } from './createResolver';

const NAMESPACE = 'test';
const SLICES = 'discovery.k8s.io/endpointslices';

/** A cluster that stands still. */
function cluster(objects: Record<string, object[]>): ClusterReader {
  const list = (resource: string) => (objects[resource] ?? []) as KubeObject[];
  return {
    types: { find: (resource) => objects[resource] },
    list,
    get: (resource, _, name) => list(resource).find(({ metadata }) => metadata.name === name),
    subscribe: () => () => undefined,
  };
}

const pod = (name: string, owner?: { kind: string; name: string }, labels = {}) => ({
  metadata: { name, namespace: NAMESPACE, labels, ...(owner ? { ownerReferences: [{ ...owner, controller: true }] } : {}) },
});
const service = (name: string, selector: object | null = { app: name }) => ({
  metadata: { name, namespace: NAMESPACE },
  spec: selector ? { selector } : {},
});
const slice = (name: string, endpoints: object[] | null) => ({
  metadata: { name: `${name}-${Math.random()}`, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': name } },
  endpoints,
});
const endpoint = (name: string, conditions?: object) => ({ conditions, targetRef: { kind: 'Pod', name } });
const split = (apex: string, ...backends: [string, number][]) => ({
  metadata: { name: apex, namespace: NAMESPACE },
  spec: { service: apex, backends: backends.map(([name, weight]) => ({ service: name, weight })) },
});

const serversOf = (reader: ClusterReader, name = 'web') =>
  createResolver(reader)(NAMESPACE, name).flatMap(({ servers }) =>
    servers.map((server) => `${server.pod.metadata.name} of ${server.deployment}`),
  );

describe('the pods behind a Service', () => {
  it.each<[string, object | undefined, boolean]>([
    ['a ready one', { ready: true }, true],
    ['one that is not ready', { ready: false }, false],
    ['one that ends and still serves', { ready: false, serving: true, terminating: true }, false],
    ['one of which nothing is said', {}, true],
    ['one without conditions', undefined, true],
  ])('have %s: %j → %p', (_, conditions, taken) => {
    const reader = cluster({
      '/services': [service('web')],
      '/pods': [pod('one')],
      [SLICES]: [slice('web', [endpoint('one', conditions)])],
    });
    expect(serversOf(reader)).toEqual(taken ? ['one of one'] : []);
    expect(isDown(reader, NAMESPACE, 'web')).toBe(!taken);
  });

  it('are those of all its slices, each once, without endpoints that are no known pods', () => {
    const other = { conditions: { ready: true }, targetRef: { kind: 'Node', name: 'two' } };
    const reader = cluster({
      '/services': [service('web')],
      '/pods': [pod('one'), pod('two')],
      [SLICES]: [
        slice('web', [endpoint('one')]),
        slice('web', [endpoint('one'), other, endpoint('unheard-of'), { addresses: ['10.0.0.1'] }]),
        slice('web', null),
        slice('another', [endpoint('two')]),
      ],
    });
    expect(serversOf(reader)).toEqual(['one of one']);
  });

  it.each<[string, object, object[], string]>([
    ['of its ReplicaSet', pod('one', { kind: 'ReplicaSet', name: 'web-5d' }), [pod('web-5d', { kind: 'Deployment', name: 'web' })], 'web'],
    [
      'in the name of a ReplicaSet that is gone',
      pod('one', { kind: 'ReplicaSet', name: 'web-5d' }, { 'pod-template-hash': '5d' }),
      [],
      'web',
    ],
    ['that does not exist: the ReplicaSet stands alone', pod('one', { kind: 'ReplicaSet', name: 'web-5d' }), [pod('web-5d')], 'web-5d'],
    ['that does not exist: a DaemonSet', pod('one', { kind: 'DaemonSet', name: 'agent' }), [], 'agent'],
  ])('belong to the Deployment %s', (_, one, sets, deployment) => {
    const reader = cluster({
      '/services': [service('web')],
      '/pods': [one],
      'apps/replicasets': sets,
      [SLICES]: [slice('web', [endpoint('one')])],
    });
    expect(serversOf(reader)).toEqual([`one of ${deployment}`]);
  });
});

describe('the route to a Service', () => {
  const reader = cluster({
    '/services': [service('web'), service('plain'), service('outside', null)],
    'split.smi-spec.io/trafficsplits': [
      split('web', ['web-canary', 5], ['web-primary', 95]),
      split('far.test', ['plain', 1]),
      split('web', ['plain', 1]),
    ],
  });
  const weights = (name: string) => createResolver(reader)(NAMESPACE, name).map((backend) => [backend.service, backend.weight]);

  it.each<[string, [string, number][]]>([
    [
      'web',
      [
        ['web-canary', 5],
        ['web-primary', 95],
      ],
    ],
    ['far', [['plain', 1]]],
    ['plain', [['plain', 1]]],
    ['nothing', []],
  ])('is the first split that speaks of %s, or the Service itself', (name, expected) => {
    expect(weights(name)).toEqual(expected);
  });

  it('is not down without a selector, and not without a Service', () => {
    expect(isDown(reader, NAMESPACE, 'outside')).toBe(false);
    expect(isDown(reader, NAMESPACE, 'nothing')).toBe(false);
    expect(isDown(reader, NAMESPACE, 'plain')).toBe(true);
  });
});
