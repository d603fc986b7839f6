import { resolveAddress, type AddressOptions } from './resolveAddress';

const outside: AddressOptions = {
  inCluster: false,
  serviceExists: (namespace, name) => `${name}.${namespace}` === 'prometheus.monitoring',
};
const proxy = { kind: 'proxy', namespace: 'monitoring', service: 'prometheus', port: 9090, scheme: 'http', path: '/' };

describe('resolveAddress', () => {
  it.each([
    ['http://prometheus.monitoring:9090', proxy],
    ['http://prometheus.monitoring:9090/api/v1/query?query=up%20%3E%200', { ...proxy, path: '/api/v1/query?query=up%20%3E%200' }],
    ['http://prometheus.monitoring/x', { ...proxy, port: 80, path: '/x' }],
    ['https://prometheus.monitoring/x', { ...proxy, port: 443, scheme: 'https', path: '/x' }],
    ['http://prometheus.monitoring.svc:9090', proxy],
    ['http://prometheus.monitoring.svc.cluster.local:9090', proxy],
    ['http://unseen.test.svc', { ...proxy, namespace: 'test', service: 'unseen', port: 80 }],
    ['http://prometheus.monitoring:9090/a/../../../secrets', { ...proxy, path: '/secrets' }],
  ])('goes through the API server from outside: %s', (url, expected) => {
    expect(resolveAddress(url, outside)).toEqual(expected);
  });

  it.each([
    'https://example.com/hook',
    'http://hooks.example.com/',
    'http://prometheus:9090/',
    'http://10.0.0.1:9090/',
    'http://[::1]:9090/',
    'http://grafana.monitoring/',
    'http://prometheus.monitoring.svc.example.com/',
    'http://pod-0.prometheus.monitoring.svc/',
  ])('goes directly to what is no service of the cluster: %s', (url) => {
    expect(resolveAddress(url, outside)).toEqual({ kind: 'direct', url });
  });

  it('goes directly to everything from inside the cluster', () => {
    const url = 'http://user:pw@prometheus.monitoring.svc:9090/';
    expect(resolveAddress(url, { ...outside, inCluster: true, credentials: true })).toEqual({ kind: 'direct', url });
  });

  it.each([
    ['credentials in the URL', 'http://user:pw@prometheus.monitoring:9090/', outside],
    ['credentials of the source', 'http://prometheus.monitoring:9090/', { ...outside, credentials: true }],
  ])('refuses to send %s through the API server', (_, url, options) => {
    const refused = resolveAddress(url, options);
    expect(refused).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('addressOverrides') });
    expect(JSON.stringify(refused)).not.toContain('pw');
  });

  it.each([
    ['http://prometheus.monitoring:9090/q?x=1', { 'prometheus.monitoring': '127.0.0.1:1234' }, 'http://127.0.0.1:1234/q?x=1'],
    ['http://prometheus.monitoring:9090/q', { 'prometheus.monitoring': 'x:1', 'prometheus.monitoring:9090': 'y:2' }, 'http://y:2/q'],
    ['http://flagger.test/gate', { 'flagger.test:80': 'https://gates.example.com' }, 'https://gates.example.com/gate'],
    ['https://example.com/hook', { 'https://example.com': 'http://localhost:99' }, 'http://localhost:99/hook'],
    ['http://prometheus.monitoring:9090/q', { 'http://prometheus.monitoring:9090': 'localhost' }, 'http://localhost/q'],
  ])('follows an override first: %s with %j', (url, addressOverrides, expected) => {
    expect(resolveAddress(url, { ...outside, addressOverrides, credentials: true })).toEqual({ kind: 'direct', url: expected });
  });

  it.each(['not a url', 'ftp://prometheus.monitoring/', 'prometheus.monitoring:9090'])('says what is wrong with "%s"', (url) => {
    expect(resolveAddress(url, outside)).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining(url) });
  });

  it('says what is wrong with an override', () => {
    expect(resolveAddress('http://a.b', { ...outside, addressOverrides: { 'a.b': 'ftp://x' } })).toMatchObject({
      kind: 'misconfigured',
      message: 'addressOverrides maps a.b to "ftp://x", which is not host:port or a URL',
    });
  });
});
