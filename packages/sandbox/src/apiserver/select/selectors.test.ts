import type { KubeObject } from '../ObjectStore';
import { parseFieldSelector } from './fieldSelector';
import { labelSelectorTest, labelSelectorText, parseLabelSelector } from './labelSelector';

const labels = { app: 'web', tier: 'front', 'example.com/track': 'stable' };

describe('parseLabelSelector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app=api', false],
    ['app!=web', false],
    ['nothing!=x', true],
    ['app', true],
    ['!app', false],
    ['!nothing', true],
    ['app in (api, web)', true],
    ['app in (api)', false],
    ['app notin (api)', true],
    ['nothing notin (api)', true],
    ['nothing in (api)', false],
    ['example.com/track=stable,app in (web,api),!nothing', true],
    ['app=web,tier=back', false],
    ['', true],
  ])('%s is %s', (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  it.each(['a=b=c', 'app in web', '=x', 'a b'])('refuses %s', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('label selector objects', () => {
  const selector = {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['front', 'back'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  };

  it('test labels', () => {
    expect(labelSelectorTest(selector)(labels)).toBe(true);
    expect(labelSelectorTest(selector)({ ...labels, old: '' })).toBe(false);
    expect(labelSelectorTest({})(undefined)).toBe(true);
  });

  it('have a text that parses to the same test', () => {
    expect(labelSelectorText(selector)).toBe('app=web,tier in (back,front),!old');
    expect(parseLabelSelector(labelSelectorText(selector))(labels)).toBe(true);
  });
});

describe('parseFieldSelector', () => {
  const event = {
    metadata: { name: 'e', namespace: 'n' },
    involvedObject: { kind: 'Pod', name: 'p', uid: 'u' },
    type: 'Normal',
  } as unknown as KubeObject;

  it.each([
    ['metadata.name=e', true],
    ['metadata.name!=e', false],
    ['involvedObject.name=p,involvedObject.kind=Pod,involvedObject.uid=u', true],
    ['involvedObject.uid=', false],
    ['type!=Warning', true],
    ['reason=', true],
  ])('%s is %s', (selector, expected) => {
    expect(parseFieldSelector(selector, '/events', false)(event)).toBe(expected);
  });

  it('refuses fields that the kind cannot be selected by', () => {
    expect(() => parseFieldSelector('spec.foo=1', '/pods', false)).toThrow('field label not supported: spec.foo');
    expect(() => parseFieldSelector('type=Normal', 'x.io/things', true)).toThrow('field label not supported: type');
    expect(() => parseFieldSelector('metadata.name', '/pods', false)).toThrow('invalid selector');
  });
});
