import fc from 'fast-check';
import { templateHash } from './templateHash';

const template = {
  metadata: { labels: { app: 'podinfo' } },
  spec: { containers: [{ name: 'podinfo', image: 'podinfo:6.0.0', args: ['--a', '--b'] }] },
};

describe('templateHash', () => {
  it('is ten characters of the alphabet of Kubernetes hashes and stays the same over releases', () => {
    expect(templateHash(template)).toMatch(/^[456789bcdf]{10}$/);
    expect(templateHash({ spec: { containers: [] } })).toBe('47c4765cbc');
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const turned = Object.fromEntries(Object.entries(spec).reverse());
        expect(templateHash({ spec: turned })).toBe(templateHash({ spec }));
      }),
    );
  });

  it.each([
    ['an image', { ...template, spec: { containers: [{ ...template.spec.containers[0], image: 'podinfo:6.0.1' }] } }],
    ['the order of arguments', { ...template, spec: { containers: [{ ...template.spec.containers[0], args: ['--b', '--a'] }] } }],
    ['an annotation', { ...template, metadata: { ...template.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } }],
    ['a node selector', { ...template, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } }],
    ['an empty volume', { ...template, spec: { ...template.spec, volumes: [{ name: 'tmp', emptyDir: {} }] } }],
  ])('changes with %s', (_, changed) => {
    expect(templateHash(changed)).not.toBe(templateHash(template));
  });

  it.each([
    ['null fields', { ...template, metadata: { ...template.metadata, creationTimestamp: null } }],
    ['empty resources', { ...template, spec: { containers: [{ ...template.spec.containers[0], resources: {} }] } }],
    ['the node selector that scales a DaemonSet to zero', withNodeSelector({ 'flagger.app/scale-to-zero': 'true' })],
    ['an empty node selector', withNodeSelector({})],
  ])('does not change with %s', (_, same) => {
    expect(templateHash(same)).toBe(templateHash(template));
  });
});

function withNodeSelector(nodeSelector: Record<string, string>) {
  return { ...template, spec: { ...template.spec, nodeSelector } };
}
