import { readTrafficSplit } from './readTrafficSplit';
import type { RouteReader } from './RouteReader';

/** The SMI TrafficSplit (Linkerd, Open Service Mesh): the one whose `spec.service` the client calls. */
export const trafficSplits: RouteReader = {
  resource: 'split.smi-spec.io/trafficsplits',
  shares(objects, { namespace, service }) {
    const splits = objects.map(readTrafficSplit);
    return splits.find((split) => split.service === service || split.service === `${service}.${namespace}`)?.backends;
  },
};
