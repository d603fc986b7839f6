import { configChecksum } from './configChecksum';

describe('configChecksum', () => {
  // Vectors of facts/flagger-1.44 §2.7, made by Flagger's own code.
  it.each([
    [{ color: 'red' }, '241889ca0604e333'],
    [undefined, '74234e98afe7498f'],
    [{ apiKey: Buffer.from('test').toString('base64') }, '3930f0692c2295eb'],
    [{ a: 'x<y&z', b: '1' }, '60fab3bcea4a3efd'],
  ])('makes of %j what Flagger makes of it', (data, checksum) => {
    expect(configChecksum(data)).toBe(checksum);
  });

  it('does not depend on the order of keys, also of such that look like numbers', () => {
    expect(configChecksum({ b: '1', a: '2' })).toBe(configChecksum({ a: '2', b: '1' }));
    expect(configChecksum({ '10': 'x', '9': 'y', a: 'z' })).toBe(configChecksum({ a: 'z', '9': 'y', '10': 'x' }));
  });

  it('tells an empty map from none, as Go does', () => {
    expect(configChecksum({})).not.toBe(configChecksum(undefined));
  });
});
