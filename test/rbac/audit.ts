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

/** What some users ask of an API server. */
export interface Audit {
  /** Of the API server that is to write it down. */
  flags: string[];
  /** What this one has asked so far, oldest first. */
  read(user: string): Promise<Audited[]>;
}

/** Has an API server write down what these users ask for, into a folder that outlives it. */
export async function auditOf(users: string[], folder: string): Promise<Audit> {
  const policy = join(folder, 'audit-policy.yaml');
  const log = join(folder, 'audit.log');
  const rules = [{ level: 'Metadata', users, omitStages: ['RequestReceived', 'ResponseStarted'] }, { level: 'None' }];
  await writeFile(policy, stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`, '--audit-log-mode=blocking'],
    async read(user) {
      const entries = (await readFile(log, 'utf8')).split('\n').filter(Boolean);
      return entries
        .map((line) => JSON.parse(line))
        .filter((entry) => entry.user?.username === user)
        .map(audited);
    },
  };
}

function audited({ verb, objectRef = {}, responseStatus }: any): Audited {
  const { apiGroup = '', resource = '', subresource, namespace = '', name = '' } = objectRef;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { verb, group: apiGroup, resource: full, namespace, name, status: responseStatus?.code ?? 0 };
}
