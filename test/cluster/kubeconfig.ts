/** A kubeconfig for one server and one token. `certificates` is the PEM of what to trust. */
export function kubeconfig({ url, certificates, user, token }: { url: string; certificates: string; user: string; token: string }): string {
  const data = Buffer.from(certificates).toString('base64');
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'local', cluster: { server: url, 'certificate-authority-data': data } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user } }],
      'current-context': 'local',
    },
    null,
    2,
  )}\n`;
}
