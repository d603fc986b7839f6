import fc from 'fast-check';
import { formatCanaryRef, parseCanaryRef } from './canaryRef';

const part = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);

describe('the reference of a Canary', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.record({ cluster: part, namespace: part, name: part }), (key) => {
        expect(parseCanaryRef(formatCanaryRef(key))).toEqual(key);
      }),
    );
  });

  it.each(['', 'podinfo', 'test/podinfo', 'a//c', 'a/b/c/d'])('is not "%s"', (ref) => {
    expect(() => parseCanaryRef(ref)).toThrow(`not as "${ref}"`);
  });
});
