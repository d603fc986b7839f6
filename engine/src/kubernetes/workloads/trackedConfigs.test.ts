import { isTrackable, renamePrimaryReferences, trackedConfigs } from './trackedConfigs';

const podSpec = {
  volumes: [
    { name: 'a', configMap: { name: 'volume' } },
    { name: 'b', secret: { secretName: 'volume', optional: true } },
    {
      name: 'c',
      projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'projected' } }, { serviceAccountToken: {} }] },
    },
    { name: 'd', emptyDir: {} },
  ],
  initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'init' } }] }],
  containers: [
    {
      name: 'main',
      env: [
        { name: 'PLAIN', value: 'x' },
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'env', key: 'a', optional: true } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'env', key: 'b' } } },
      ],
      envFrom: [{ secretRef: { name: 'from', optional: true } }, { configMapRef: { name: 'env', optional: true } }],
    },
    { name: 'bare' },
  ],
};

describe('trackedConfigs', () => {
  it('finds every use: volumes, projected volumes, env and envFrom, of init containers too', () => {
    expect(trackedConfigs(podSpec).map(({ ref }) => ref)).toEqual([
      'configmap/env',
      'configmap/init',
      'configmap/projected',
      'configmap/volume',
      'secret/env',
      'secret/from',
      'secret/projected',
      'secret/volume',
    ]);
  });

  it('takes a config for optional only when every use of it is', () => {
    const optional = trackedConfigs(podSpec).filter((each) => each.optional);
    expect(optional.map(({ ref }) => ref)).toEqual(['configmap/env', 'secret/from', 'secret/volume']);
    const mixed = { containers: [{ envFrom: [{ configMapRef: { name: 'x', optional: true } }, { configMapRef: { name: 'x' } }] }] };
    expect(trackedConfigs(mixed)).toEqual([{ kind: 'ConfigMap', name: 'x', optional: false, ref: 'configmap/x' }]);
  });

  it('finds nothing in a pod spec without configs', () => {
    expect(trackedConfigs({ containers: [{ name: 'main' }] })).toEqual([]);
    expect(trackedConfigs(undefined)).toEqual([]);
  });
});

describe('renamePrimaryReferences', () => {
  it('renames what is tracked everywhere and nothing else, and leaves the original alone', () => {
    const before = JSON.stringify(podSpec);
    const all = trackedConfigs(podSpec).map(({ ref }) => ref);
    const renamed = renamePrimaryReferences(podSpec, all);
    expect(trackedConfigs(renamed).map(({ ref }) => ref)).toEqual(all.map((ref) => `${ref}-primary`).sort());
    expect(JSON.stringify(podSpec)).toBe(before);
    const one = trackedConfigs(renamePrimaryReferences(podSpec, ['secret/env'])).map(({ ref }) => ref);
    expect(one).toContain('secret/env-primary');
    expect(one).toContain('configmap/env');
  });
});

describe('isTrackable', () => {
  it.each([
    ['a ConfigMap', 'ConfigMap', undefined, undefined, true],
    ['an opaque Secret', 'Secret', 'Opaque', undefined, true],
    ['a Secret without type', 'Secret', undefined, undefined, true],
    ['a certificate', 'Secret', 'kubernetes.io/tls', undefined, true],
    ['a service account token', 'Secret', 'kubernetes.io/service-account-token', undefined, false],
    ['a registry password', 'Secret', 'kubernetes.io/dockerconfigjson', undefined, false],
    ['one that opts out', 'ConfigMap', undefined, 'disabled', false],
    ['one that opts in', 'ConfigMap', undefined, 'enabled', true],
  ])('%s', (_, kind, type, tracking, expected) => {
    const annotations: Record<string, string> = tracking ? { 'flagger.app/config-tracking': tracking } : {};
    expect(isTrackable({ apiVersion: 'v1', kind, type, metadata: { name: 'x', annotations } })).toBe(expected);
  });
});
