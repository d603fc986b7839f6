import { readTrafficSplit } from './readTrafficSplit';

it.each([
  [100, 100],
  ['100', 100],
  ['500m', 0.5],
  ['1k', 1000],
  ['1e2', 100],
  ['.5', 0.5],
  ['1Ti', 1024 ** 4],
  ['1e2k', 0],
  [0, 0],
  [undefined, 0],
  ['-3', 0],
  ['many', 0],
])('reads a weight %p as %p', (weight, expected) => {
  const object = {
    apiVersion: 'split.smi-spec.io/v1alpha1',
    kind: 'TrafficSplit',
    metadata: { name: 'podinfo' },
    spec: { service: 'podinfo', backends: [{ service: 'podinfo-canary', weight }] },
  };
  expect(readTrafficSplit(object)).toEqual({ service: 'podinfo', backends: [{ service: 'podinfo-canary', weight: expected }] });
});
