import { nearestName } from './nearestName';

describe('nearestName', () => {
  it.each([
    ['linkered', 'linkerd'],
    ['Linkerd', 'linkerd'],
    ['lnkerd', 'linkerd'],
    ['promethues', 'prometheus'],
    ['nginxx', 'nginx'],
    ['istio', undefined],
    ['', undefined],
    ['link', undefined],
    ['smo', 'smi'],
    ['abc', undefined],
  ])('takes %s for %s', (text, expected) => {
    expect(nearestName(text, ['linkerd', 'nginx', 'prometheus', 'smi'])).toBe(expected);
  });
});
