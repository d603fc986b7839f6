import type { Database } from './Database';
import { reaching } from './StoreUnavailable';

/** Two clusters would be mixed up in the ledger. */
export class ClusterNameTaken extends Error {
  override readonly name = 'ClusterNameTaken';
  readonly kind = 'misconfigured';
}

/**
 * Binds a cluster's name to its identity, the uid of its kube-system namespace, for ever.
 * @throws ClusterNameTaken when the name belongs to another cluster, or the cluster has another name.
 */
export async function claimCluster(
  { knex, schema }: Pick<Database, 'knex' | 'schema'>,
  name: string,
  kubeSystemUid: string,
): Promise<void> {
  const bound: { name: string; uid: string }[] = await reaching(async () => {
    await knex.raw(`INSERT INTO ${schema}.clusters (name, uid) VALUES (?, ?) ON CONFLICT DO NOTHING`, [name, kubeSystemUid]);
    return (await knex.raw(`SELECT name, uid FROM ${schema}.clusters WHERE name = ? OR uid = ?`, [name, kubeSystemUid])).rows;
  });
  const other = bound.find((row) => row.name !== name);
  if (other) {
    throw new ClusterNameTaken(
      `This cluster (kube-system uid ${kubeSystemUid}) is known as "${other.name}" in the database, and the configuration calls it "${name}". Call it "${other.name}", or use another database schema.`,
    );
  }
  const found = bound.find((row) => row.uid !== kubeSystemUid);
  if (found) {
    throw new ClusterNameTaken(
      `The cluster name "${name}" belongs to another cluster in the database (kube-system uid ${found.uid}; this one has ${kubeSystemUid}). Give this cluster another name, or use another database schema.`,
    );
  }
}
