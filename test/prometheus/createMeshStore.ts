import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, MemoryObjectStore } from '@aviary/sandbox';
import { parseAllDocuments } from 'yaml';
import { NAMESPACE, traffic } from './meshObjects';

const CRDS = join(__dirname, '../../deploy/crds/trafficsplit.yaml');

/** A cluster's store for the mesh simulator: TrafficSplits, the namespace, and clients that call nobody yet. */
export function createMeshStore(clock: Clock): MemoryObjectStore {
  const store = new MemoryObjectStore({ clock });
  for (const document of parseAllDocuments(readFileSync(CRDS, 'utf8'))) {
    store.create('apiextensions.k8s.io/customresourcedefinitions', document.toJS());
  }
  store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  store.create('/configmaps', traffic({}));
  return store;
}
