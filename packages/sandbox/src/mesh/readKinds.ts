import { TRAFFIC_CONFIG } from './readTraffic';
import { routeReaders } from './routes/routeReaders';

/** A kind of object that the mesh reads; with `namespace` and `name` only that one object of it. */
export interface ReadKind {
  resource: string;
  namespace?: string;
  name?: string;
}

/** Everything that the mesh reads of a cluster. */
export const readKinds: readonly ReadKind[] = [
  { resource: '/services' },
  { resource: 'discovery.k8s.io/endpointslices' },
  { resource: '/pods' },
  { resource: 'apps/replicasets' },
  { resource: '/configmaps', namespace: TRAFFIC_CONFIG.namespace, name: TRAFFIC_CONFIG.name },
  ...routeReaders.map(({ resource }) => ({ resource })),
];
