import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClock, type KubeObject, MemoryObjectStore } from '@aviary/sandbox';
import { parseAllDocuments } from 'yaml';
import { serve } from '../../packages/sandbox/src/attached/serve';
import { Mesh } from '../../packages/sandbox/src/mesh/Mesh';
import { createQueryApi } from '../../packages/sandbox/src/prometheus/queryApi';
import { SampleStore } from '../../packages/sandbox/src/prometheus/SampleStore';
import { startWorkloads } from '../../packages/sandbox/src/workloads/startWorkloads';

const CRDS = join(__dirname, '../../deploy/crds/trafficsplit.yaml');
/** Where the services live. */
export const NAMESPACE = 'test';
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
  const store = new MemoryObjectStore({ clock });
  const samples = new SampleStore();
  for (const document of parseAllDocuments(readFileSync(CRDS, 'utf8'))) {
    store.create('apiextensions.k8s.io/customresourcedefinitions', document.toJS());
  }
  store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  store.create('/configmaps', traffic({}));
  const workloads = startWorkloads(store, clock);
  const mesh = new Mesh({ cluster: store, clock, samples, scrapeInterval: SCRAPE_INTERVAL });
  const server = await serve(createQueryApi({ store: samples, counters: mesh.counters, clock }));
  return {
    url: `http://${server.address}`,
    addCanary(name, faults = {}) {
      store.create('apps/deployments', deployment(name, faults));
      store.create('apps/deployments', deployment(`${name}-primary`, {}));
      store.create('/services', service(name, `${name}-primary`));
      store.create('/services', service(`${name}-primary`, `${name}-primary`));
      store.create('/services', service(`${name}-canary`, name));
      store.create('split.smi-spec.io/trafficsplits', split(name, 50));
    },
    setTraffic: (perSecond) => void store.update('/configmaps', traffic(perSecond)),
    removeCanary(name) {
      store.update('split.smi-spec.io/trafficsplits', split(name, 0));
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

function traffic(perSecond: Record<string, number>): KubeObject {
  const services = Object.entries(perSecond).map(([service_, number]) => `${NAMESPACE}/${service_}: ${number}`);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
    data: { services: services.join('\n') },
  };
}

function deployment(name: string, faults: Record<string, string>): KubeObject {
  const annotations = { 'sandbox.aviary.dev/ready-after': '100ms', ...faults };
  const template = { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

function service(name: string, app: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app }, ports: [{ port: 80 }] },
  };
}

function split(name: string, canary: number): KubeObject {
  const backends = [
    { service: `${name}-canary`, weight: canary },
    { service: `${name}-primary`, weight: 100 - canary },
  ];
  return {
    apiVersion: 'split.smi-spec.io/v1alpha2',
    kind: 'TrafficSplit',
    metadata: { name, namespace: NAMESPACE },
    spec: { service: name, backends },
  };
}
