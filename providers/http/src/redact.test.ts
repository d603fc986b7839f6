import { Secret } from '@aviary/provider-contract';
import fc from 'fast-check';
import { redact } from './redact';

describe('redact', () => {
  it('removes strings and Secrets, the longer one first', () => {
    expect(redact('token abc and abcdef', ['abc', new Secret('abcdef')])).toBe('token [redacted] and [redacted]');
  });

  it.each([
    ['as it is', 'p@ss "w"/ord', 'is p@ss "w"/ord wrong'],
    ['URL-encoded', 'p@ss w/ord', `is ${encodeURIComponent('p@ss w/ord')} wrong`],
    ['in JSON', 'p"ss', `is ${JSON.stringify('p"ss').slice(1, -1)} wrong`],
    ['in base64', 'user:secret', `is ${Buffer.from('user:secret').toString('base64')} wrong`],
  ])('removes a secret %s', (_form, secret, text) => {
    expect(redact(text, [secret])).toBe('is [redacted] wrong');
  });

  it('removes the path and the query of an address that is a secret', () => {
    const address = 'https://hooks.example.com/services/T0/B0/s3cret?key=abcd1234';
    expect(redact('Cannot POST /services/T0/B0/s3cret', [address])).toBe('Cannot POST [redacted]');
    expect(redact('bad key abcd1234', [address])).toBe('bad key [redacted]');
    expect(redact('no route to hooks.example.com', [address])).toBe('no route to hooks.example.com');
  });

  it('leaves text alone for empty secrets and short parts of addresses', () => {
    expect(redact('a/b c', ['', '  ', 'http://x.example.com/'])).toBe('a/b c');
  });

  it('never leaves a secret in the text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(secret.trim().length > 0 && !'[redacted]'.includes(secret.trim()));
        expect(redact(`${before}${secret}${after}`, [secret])).not.toContain(secret);
      }),
    );
  });
});
