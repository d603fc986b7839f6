import type { KubeObject } from '@aviary/provider-contract';
import { compareFence, parseFence, readFence, withFence } from './fence';

const object: KubeObject = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', annotations: { a: 'b' } } };

describe('fence', () => {
  it('is read back as it was written, beside other annotations', () => {
    const fenced = withFence(object, { epoch: 12, sequence: 345 });
    expect(fenced.metadata.annotations).toEqual({ a: 'b', 'aviary.dev/fence': '12.345' });
    expect(readFence(fenced)).toEqual({ epoch: 12, sequence: 345 });
    expect(readFence(object)).toBeUndefined();
  });

  it.each(['', '1', '1.', '.1', '1.2.3', '-1.2', '1e3.1', 'x', '99999999999999999.1'])('is none in "%s"', (text) => {
    expect(parseFence(text)).toBeUndefined();
  });

  it.each([
    ['1.2', '1.2', 0],
    ['1.9', '1.10', -1],
    ['2.1', '1.99', 1],
    ['9.1', '10.1', -1],
    [undefined, '0.0', -1],
    ['0.0', undefined, 1],
    [undefined, undefined, 0],
  ])('compares %s with %s by epoch, then by number', (a, b, order) => {
    expect(Math.sign(compareFence(parseFence(a), parseFence(b)))).toBe(order);
  });
});
