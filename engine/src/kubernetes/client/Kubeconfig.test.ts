import { chooseContext, mergeKubeconfigs, parseKubeconfig } from './Kubeconfig';

const inFolder = (content: object) => parseKubeconfig(JSON.stringify(content), '/etc/kube');
const one = { name: 'one', cluster: { server: 'https://one.example.com:6443/' } };

it('finds files beside the kubeconfig, and leaves absolute ones', () => {
  const { cluster, user } = chooseContext(
    inFolder({
      'current-context': 'a',
      clusters: [{ name: 'one', cluster: { server: 'https://one.example.com', 'certificate-authority': 'pki/ca.crt' } }],
      users: [{ name: 'me', user: { 'client-certificate': '/pki/me.crt', 'client-key': '../me.key', tokenFile: 'token' } }],
      contexts: [{ name: 'a', context: { cluster: 'one', user: 'me' } }],
    }),
  );
  expect(cluster['certificate-authority']).toBe('/etc/kube/pki/ca.crt');
  expect(user).toEqual({ 'client-certificate': '/pki/me.crt', 'client-key': '/etc/me.key', tokenFile: '/etc/kube/token' });
});

it('takes a context without a user for a visitor without a name, and the address without the slash at its end', () => {
  const contexts = [{ name: 'a', context: { cluster: 'one' } }];
  expect(chooseContext(inFolder({ clusters: [one], contexts }), 'a')).toEqual({
    cluster: { server: 'https://one.example.com:6443' },
    user: {},
    userName: '',
  });
});

it.each([
  ['an unknown context', 'b', 'the kubeconfig has no context "b"; it has a, lost'],
  ['a cluster that is not there', 'lost', `the kubeconfig's current context "lost" names no cluster`],
  ['no context at all', undefined, `the kubeconfig's current context "" names no cluster`],
  ['a user who is not there', 'a', `the kubeconfig's context "a" is for the user "me", whom the kubeconfig does not have`],
])('refuses %s', (_, context, message) => {
  const contexts = [
    { name: 'a', context: { cluster: 'one', user: 'me' } },
    { name: 'lost', context: { cluster: 'two', user: 'me' } },
  ];
  expect(() => chooseContext(inFolder({ clusters: [one], contexts }), context)).toThrow(message);
});

it.each([
  ['text', 'hello'],
  ['nothing', ''],
  ['a list', '- a'],
])('refuses %s', (_, text) => {
  expect(() => parseKubeconfig(text, '.')).toThrow('it is no kubeconfig');
});

it('believes of several files whoever says something first, as kubectl does', () => {
  const context = (cluster: string) => [{ name: 'a', context: { cluster } }];
  const merged = mergeKubeconfigs([
    inFolder({ contexts: context('one') }),
    inFolder({ 'current-context': 'a', clusters: [one], contexts: context('two') }),
    inFolder({ 'current-context': 'c', clusters: [{ name: 'one', cluster: { server: 'https://other.example.com' } }] }),
  ]);
  expect(chooseContext(merged).cluster.server).toBe('https://one.example.com:6443');
});
