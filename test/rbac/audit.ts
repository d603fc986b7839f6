import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A request as the API server saw it, in the words of a role's rules. */
export interface Audited {
  verb: string;
  group: string;
  /** With its subresource: `canaries/status`. */
  resource: string;
  namespace: string;
  name: string;
  status: number;
}

/** Flags that make an API server write down what one user asks for, and where it does. */
export async function auditOf(user: string, folder: string): Promise<{ flags: string[]; read(): Promise<Audited[]> }> {
  const policy = join(folder, 'audit-policy.yaml');
  const log = join(folder, 'audit.log');
  const rules = [{ level: 'Metadata', users: [user], omitStages: ['RequestReceived', 'ResponseStarted'] }, { level: 'None' }];
  await writeFile(policy, stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`, '--audit-log-mode=blocking'],
    read: async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean).map(audited),
  };
}

function audited(line: string): Audited {
  const { verb, objectRef = {}, responseStatus } = JSON.parse(line);
  const { apiGroup = '', resource = '', subresource, namespace = '', name = '' } = objectRef;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { verb, group: apiGroup, resource: full, namespace, name, status: responseStatus?.code ?? 0 };
}
