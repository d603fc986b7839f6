import { delimiter } from 'node:path';
import { readClusterEnvironment } from './readClusterEnvironment';

it.each([
  ['KUBECONFIG', { KUBECONFIG: ['/a', '', '/b'].join(delimiter) }, ['/a', '/b']],
  ['the home without KUBECONFIG', {}, ['/home/me/.kube/config']],
  ['the home with an empty KUBECONFIG', { KUBECONFIG: '' }, ['/home/me/.kube/config']],
])('looks for kubeconfigs in %s', (_, environment, kubeconfigs) => {
  expect(readClusterEnvironment(environment, '/home/me').kubeconfigs).toEqual(kubeconfigs);
});

it('has the address that the kubelet tells a pod', () => {
  const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
  expect(readClusterEnvironment(environment)).toMatchObject({ host: '10.0.0.1', port: '443' });
});
