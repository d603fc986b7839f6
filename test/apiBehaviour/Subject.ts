import type { Ground } from '../harness/grounds';
import type { Answer, Api } from './Api';

/** The cluster whose behaviour is looked at; filled in before the first test. */
export interface Subject {
  api: Api;
  ground: Ground;
}

/** Creates a namespace with a name that starts as given; returns the name. Throws when that is refused. */
export async function newNamespace({ api }: Subject, prefix: string): Promise<string> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } };
  return made(await api.create('/api/v1/namespaces', namespace)).metadata.name;
}

/** The body of an answer that says it went well; throws with the answer otherwise. */
export function made({ status, body }: Answer): any {
  if (status < 200 || status > 299) throw new Error(`expected success, got ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** A ConfigMap without its namespace, which the path tells. */
export function configMap(name: string, more: { labels?: Record<string, string>; data?: Record<string, string> } = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: more.labels }, data: more.data ?? { key: 'value' } };
}

/** A Deployment with one container; `spec` is merged over the usual one. */
export function deployment(name: string, spec: Record<string, unknown> = {}) {
  const containers = [
    { name: 'main', image: 'registry.example/app:1', ports: [{ containerPort: 8080 }], env: [{ name: 'ONE', value: '1' }] },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
      ...spec,
    },
  };
}
