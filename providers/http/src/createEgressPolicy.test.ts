import fc from 'fast-check';
import { createEgressPolicy } from './createEgressPolicy';

describe('createEgressPolicy', () => {
  const policy = createEgressPolicy();

  it.each([
    ['http://127.0.0.1:9090', 'loopback'],
    ['http://127.8.9.10', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://[::1]:80/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://[::127.0.0.1]/', 'loopback'],
    ['http://[64:ff9b::a9fe:a9fe]/', 'metadata'],
    ['http://[2002:a9fe:a9fe::1]/', 'metadata'],
    ['http://169.254.169.254/latest/meta-data', 'metadata'],
    ['http://[::ffff:169.254.169.254]/', 'metadata'],
    ['http://[fd00:ec2::254]/', 'AWS'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://0.0.0.0:8080/', 'this host'],
    ['http://[::]/', 'this host'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://[ff02::1]/', 'multicast'],
    ['http://255.255.255.255/', 'broadcast'],
  ])('refuses %s', (url, what) => {
    expect(policy.refusal(new URL(url))).toContain(what);
  });

  it.each([
    'http://10.1.2.3:9090',
    'http://172.16.0.1',
    'http://192.168.1.1',
    'http://[fd12:3456::1]',
    'https://93.184.216.34',
    'http://prometheus.monitoring:9090',
    'http://169.253.1.1',
    'http://128.0.0.1',
  ])('allows %s', (url) => {
    expect(policy.refusal(new URL(url))).toBeUndefined();
  });

  it('judges every address that a name resolves to', () => {
    const target = new URL('https://innocent.example.com/');
    expect(policy.refusal(target)).toBeUndefined();
    expect(policy.refusal(target, '10.0.0.1')).toBeUndefined();
    expect(policy.refusal(target, '169.254.169.254')).toMatch(
      /^innocent.example.com, which resolves to 169.254.169.254, is not an allowed/,
    );
    expect(policy.refusal(target, 'fe80::1%eth0')).toContain('link-local');
  });

  it.each([
    ['127.0.0.0/8', 'http://127.0.0.1:9090', undefined],
    ['127.0.0.1', 'http://127.0.0.1:1234', undefined],
    ['127.0.0.1:9090', 'http://127.0.0.1:9090', undefined],
    ['127.0.0.1:9090', 'http://[::ffff:127.0.0.1]:9090', undefined],
    ['[::1]:443', 'https://[::1]/', undefined],
    ['::1', 'http://[::1]:5', undefined],
    ['LocalHost:80', 'http://localhost/', '127.0.0.1'],
    ['localhost', 'http://localhost:99/', '::1'],
  ])('lets the rule "%s" open %s', (rule, url, address) => {
    expect(createEgressPolicy({ allow: [rule] }).refusal(new URL(url), address)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1:9090', 'http://127.0.0.1:9091', undefined],
    ['127.0.0.1:9090', 'http://127.0.0.2:9090', undefined],
    ['localhost:80', 'http://localhost:81/', '127.0.0.1'],
    ['localhost', 'http://other.example.com/', '127.0.0.1'],
  ])('does not let the rule "%s" open %s', (rule, url, address) => {
    expect(createEgressPolicy({ allow: [rule] }).refusal(new URL(url), address)).toContain('loopback');
  });

  it('denies what the operator denies unless the operator also allows it', () => {
    const closed = createEgressPolicy({ deny: ['0.0.0.0/0', '::/0', 'bad.example.com'], allow: ['hooks.example.com:443'] });
    expect(closed.refusal(new URL('http://10.0.0.1'))).toContain('denied by the operator');
    expect(closed.refusal(new URL('https://bad.example.com'))).toContain('denied by the operator');
    expect(closed.refusal(new URL('https://hooks.example.com/x'), '203.0.113.9')).toBeUndefined();
    expect(closed.refusal(new URL('http://hooks.example.com/x'), '203.0.113.9')).toContain('denied by the operator');
  });

  it.each(['10.0.0.0/33', 'a b', 'host:99999', '', 'http://x'])('refuses the rule "%s" by name', (rule) => {
    expect(() => createEgressPolicy({ allow: [rule] })).toThrow(`"${rule}"`);
  });

  it('judges an IPv4 address and its IPv6 mapped form alike', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const plain = policy.refusal(new URL(`http://${address}/`)) === undefined;
        const mapped = policy.refusal(new URL(`http://[::ffff:${address}]/`)) === undefined;
        expect(mapped).toBe(plain);
      }),
    );
  });
});
