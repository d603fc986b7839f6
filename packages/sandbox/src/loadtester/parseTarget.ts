/** A Service inside the cluster. */
export interface ServiceTarget {
  namespace: string;
  service: string;
}

/**
 * The Service that a URL such as `http://podinfo-canary.test:9898/` names. A host without a namespace is taken to be in `ownNamespace`;
 * `.svc` and `.svc.cluster.local` may follow. `undefined` if the text is no http(s) URL of that form.
 */
export function parseTarget(text: string, ownNamespace: string): ServiceTarget | undefined {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`);
  const match = url && /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?$/.exec(url.hostname);
  return match ? { service: match[1], namespace: match[2] ?? ownNamespace } : undefined;
}
