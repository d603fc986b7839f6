import fc from 'fast-check';
import { Cidr, IpAddress } from './IpAddress';

describe('IpAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['10:0:0:1:0:0:10:0', '10::1:0:0:10:0'],
  ])('reads %s as %s', (text, expected) => expect(String(IpAddress.parse(text))).toBe(expected));

  it.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', 'fe80::1%eth0', '::ffff:1.2.3.4', '1:2', ':::', '1::2::3', 'a.b'])(
    'does not take "%s"',
    (text) => expect(IpAddress.parse(text)).toBeUndefined(),
  );

  it('writes what it reads again', () => {
    fc.assert(
      fc.property(
        fc.ipV6(),
        (text) =>
          IpAddress.parse(text) === undefined || IpAddress.parse(String(IpAddress.parse(text)))?.bits === IpAddress.parse(text)?.bits,
      ),
    );
    fc.assert(fc.property(fc.ipV4(), (text) => String(IpAddress.parse(text)) === text));
  });
});

describe('Cidr', () => {
  it.each(['1.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/08', '::/129', '1.2.3.4/-1', '::ffff:1.2.3.4/100'])('does not take %s', (text) =>
    expect(Cidr.parse(text)).toBeUndefined(),
  );

  it('contains its own addresses, whatever the bits of its host are', () => {
    const contains = (outer: string, inner: string) => Cidr.parse(outer)!.contains(Cidr.parse(inner)!);
    expect(contains('10.1.2.3/8', '10.9.0.0/16')).toBe(true);
    expect(contains('10.0.0.0/8', '10.0.0.0/7')).toBe(false);
    expect(contains('0.0.0.0/0', '::/0')).toBe(false);
    expect(contains('::/0', '2001:db8::/32')).toBe(true);
    expect(String(Cidr.parse('10.1.2.3/8')!.masked())).toBe('10.0.0.0/8');
    expect(String(Cidr.parse('2001:db8::1/127')!.masked())).toBe('2001:db8::/127');
  });
});
