import type { RequestOptions } from 'node:https';
import type { KubeconfigChoice } from './Kubeconfig';

/** Puts into the headers, or the certificate and key, what proves who we are. Remembers it for as long as it is good for. */
export type SignIn = (options: RequestOptions) => Promise<void>;

/**
 * What asks a program or an identity provider who we are, when the kubeconfig's user has one: the official client does it, and is used
 * for nothing else. Of its modules the one for programs (`exec`) is small. The others (`auth-provider`: OpenID Connect, and what older
 * versions of kubectl knew) load the client whole, 1,500 generated files that take 80 MiB of memory, and are loaded only for a user who
 * needs them. By `require`, because Jest cannot `import()`.
 */
export function createSignIn({ cluster, user, userName: name }: KubeconfigChoice): SignIn | undefined {
  if (user.exec) {
    const { ExecAuth }: typeof import('@kubernetes/client-node/dist/exec_auth.js') = require('@kubernetes/client-node/dist/exec_auth.js');
    const programs = new ExecAuth();
    return (options) => programs.applyAuthentication({ name, exec: user.exec }, options);
  }
  if (user['auth-provider']) {
    const { KubeConfig }: typeof import('@kubernetes/client-node') = require('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'cluster', server: cluster.server, skipTLSVerify: false },
      { name, authProvider: user['auth-provider'] },
    );
    // The public ways to it also build an agent, and refuse plain http there, which kubectl accepts.
    return (options) => (config as unknown as { applyOptions: SignIn }).applyOptions(options);
  }
  return undefined;
}
