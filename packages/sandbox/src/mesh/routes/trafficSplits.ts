import { readTrafficSplit } from './readTrafficSplit';
import type { RouteReader } from './RouteReader';

/** The SMI TrafficSplit (Linkerd, Open Service Mesh): `spec.service` is the Service that clients call, with or without its namespace. */
export const trafficSplits: RouteReader = {
  resource: 'split.smi-spec.io/trafficsplits',
  read(object) {
    const { service, backends } = readTrafficSplit(object);
    const own = `.${object.metadata.namespace}`;
    return [{ service: service.endsWith(own) ? service.slice(0, -own.length) : service, shares: backends }];
  },
};
