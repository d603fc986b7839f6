import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, createClock } from '../Clock';
import { createLoadTester } from '../loadtester/createLoadTester';
import { Mesh } from '../mesh/Mesh';
import { readKinds } from '../mesh/readKinds';
import { isDown } from '../mesh/createResolver';
import { createQueryApi } from '../prometheus/queryApi';
import { SampleStore } from '../prometheus/SampleStore';
import { connectToApi } from './connectToApi';
import { followCluster, type FollowedCluster } from './followCluster';
import { serve, type Served } from './serve';

const PROMETHEUS = { namespace: 'linkerd-viz', name: 'prometheus', port: 9090 };
const LOAD_TESTER = 'flagger-loadtester';

/** What a simulator is attached with. */
export interface AttachOptions {
  /** The cluster: its current context's, with its credentials. It needs to list and watch what `readKinds` names. */
  kubeconfigPath: string;
  /** The simulated clients' time; the wall clock when not given. */
  clock?: Clock;
  /** Milliseconds between two scrapes of the counters into `samples`; 5 s when not given. */
  scrapeInterval?: number;
  /** Where there is to be a load tester; when not given, in every namespace that has a Service `flagger-loadtester` at that moment. */
  loadTesterNamespaces?: readonly string[];
  /** Gets a sentence when the cluster cannot be read any more, which says what and why, and one when it can again. */
  report?: (sentence: string) => void;
}

/** Simulated traffic, its metrics and load testers beside a cluster. */
export interface AttachedSimulator {
  mesh: Mesh;
  /** The samples that the query API answers from. */
  samples: SampleStore;
  /** Base URL of the query API and of `/metrics`. */
  url: string;
  /** In-cluster addresses and what answers for them here, `host[:port]` to `127.0.0.1:PORT`, as the engine's `addressOverrides` have it. */
  overrides: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Runs the mesh simulator as a client of a cluster: it reads Services, endpoints, routes and the ConfigMap with the traffic there, and
 * answers here, on 127.0.0.1, as Prometheus and as load testers. Nothing in the cluster is changed.
 *
 * @throws Error when the cluster cannot be read
 */
export async function attachSimulator(options: AttachOptions): Promise<AttachedSimulator> {
  const now = Date.now();
  const clock = options.clock ?? createClock({ real: now, shown: now, speed: 1 });
  const cluster = await followCluster(connectToApi(options.kubeconfigPath), readKinds, { report: options.report });
  const samples = new SampleStore();
  const mesh = new Mesh({ cluster, clock, samples, scrapeInterval: options.scrapeInterval });
  const servers: Served[] = [];
  const overrides: Record<string, string> = {};

  const prometheus = await serve(
    whileUp(cluster, PROMETHEUS, createQueryApi({ store: samples, counters: mesh.counters, clock, catchUp: () => mesh.catchUp() })),
  );
  servers.push(prometheus);
  for (const host of hostsOf(PROMETHEUS)) overrides[`${host}:${PROMETHEUS.port}`] = prometheus.address;

  const loadTester = createLoadTester(mesh);
  for (const namespace of options.loadTesterNamespaces ?? namespacesWith(cluster, LOAD_TESTER)) {
    const service = { namespace, name: LOAD_TESTER };
    const server = await serve(whileUp(cluster, service, loadTester(namespace)));
    servers.push(server);
    for (const host of hostsOf(service)) overrides[host] = server.address;
  }

  return {
    mesh,
    samples,
    url: `http://${prometheus.address}`,
    overrides,
    async close() {
      mesh.close();
      cluster.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers for a Service, and with 503 while it is down. `/metrics` always answers: that is this process's own. */
function whileUp(cluster: FollowedCluster, { namespace, name }: { namespace: string; name: string }, answer: Answer): Answer {
  return (request, response) => {
    if (request.url === '/metrics' || !isDown(cluster, namespace, name)) return answer(request, response);
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' });
    return response.end(`no endpoints available for service "${name}" in namespace "${namespace}"\n`);
  };
}

function hostsOf({ namespace, name }: { namespace: string; name: string }): string[] {
  return ['', '.svc', '.svc.cluster.local'].map((suffix) => `${name}.${namespace}${suffix}`);
}

function namespacesWith(cluster: FollowedCluster, service: string): string[] {
  return cluster
    .list('/services')
    .filter(({ metadata }) => metadata.name === service)
    .map(({ metadata }) => metadata.namespace ?? '');
}
