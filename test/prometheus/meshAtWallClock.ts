import { createClock } from '@aviary/sandbox';
import { serve } from '../../packages/sandbox/src/attached/serve';
import { Mesh } from '../../packages/sandbox/src/mesh/Mesh';
import { createQueryApi } from '../../packages/sandbox/src/prometheus/queryApi';
import { SampleStore } from '../../packages/sandbox/src/prometheus/SampleStore';
import { startWorkloads } from '../../packages/sandbox/src/workloads/startWorkloads';
import { createMeshStore } from './createMeshStore';
import { deployment, NAMESPACE, services, split, traffic } from './meshObjects';

const SPLITS = 'split.smi-spec.io/trafficsplits';
/** Nobody waits long for pods. */
const SOON_READY = { 'sandbox.aviary.dev/ready-after': '100ms' };
/** Milliseconds between two scrapes. */
export const SCRAPE_INTERVAL = 250;

/** The mesh simulator at the speed of the wall clock. */
export interface WallClockMesh {
  /** Base URL of the sandbox's query API and of `/metrics`. */
  url: string;
  /** A service whose traffic goes to a primary and a canary by halves. Pod annotations tell what the canary does wrong. */
  addCanary(name: string, faults?: Record<string, string>): void;
  /** Requests per second to each service. */
  setTraffic(perSecond: Record<string, number>): void;
  /** The canary's Deployment and its pods go away; all traffic goes to the primary. */
  removeCanary(name: string): void;
  close(): Promise<void>;
}

/** Starts it with nothing in it. */
export async function startMeshAtWallClock(): Promise<WallClockMesh> {
  const now = Date.now();
  const clock = createClock({ real: now, shown: now, speed: 1 });
  const store = createMeshStore(clock);
  const samples = new SampleStore();
  const workloads = startWorkloads(store, clock);
  const mesh = new Mesh({ cluster: store, clock, samples, scrapeInterval: SCRAPE_INTERVAL });
  const server = await serve(createQueryApi({ store: samples, counters: mesh.counters, clock }));
  return {
    url: `http://${server.address}`,
    addCanary(name, faults = {}) {
      store.create('apps/deployments', deployment(name, { ...SOON_READY, ...faults }));
      store.create('apps/deployments', deployment(`${name}-primary`, SOON_READY));
      for (const service of services(name)) store.create('/services', service);
      store.create(SPLITS, split(name, 50));
    },
    setTraffic: (perSecond) => void store.update('/configmaps', traffic(perSecond)),
    removeCanary(name) {
      store.update(SPLITS, split(name, 0));
      store.delete('apps/deployments', NAMESPACE, name);
    },
    async close() {
      await server.close();
      mesh.close();
      workloads.close();
      store.close();
    },
  };
}
