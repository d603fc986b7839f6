import type { KubeObject } from '../apiserver/ObjectStore';
import { type Counter, Counters } from '../prometheus/Counters';
import { Histogram } from '../prometheus/Histogram';
import type { Labels } from '../prometheus/Labels';

/** Upper bounds of Linkerd's proxy's latency histogram, in milliseconds. */
export const LINKERD_BUCKETS = [
  1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 100, 200, 300, 400, 500, 1000, 2000, 3000, 4000, 5000, 10_000, 20_000, 30_000, 40_000, 50_000,
];
/** Upper bounds of the Prometheus client libraries' default histogram, in seconds. */
export const APPLICATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const HELP = {
  request_total: 'Requests that a proxy has passed on.',
  response_total: 'Responses that a proxy has passed on.',
  response_latency_ms: 'Milliseconds from the arrival of a request until its response had ended, at the proxy of the server.',
  http_request_duration_seconds: 'Seconds that the application took for a request.',
};

/** The pod that answered a request. */
export interface Server {
  pod: KubeObject;
  /** The Deployment it belongs to. */
  deployment: string;
}

/** The Service that a client called. */
export interface Destination {
  namespace: string;
  service: string;
}

/** Who sends requests: the labels of its proxy. */
export interface Client {
  namespace: string;
  deployment: string;
}

/** The counters of the requests that go one way and have one outcome. */
interface Way {
  /** Each of them counts every request. */
  requests: Counter[];
  /** Milliseconds. */
  latency: Histogram;
  /** Seconds. */
  duration: Histogram;
}

/**
 * Counts requests under the names and labels of Linkerd's proxy (`request_total`, `response_total`, `response_latency_ms_*`; inbound at the
 * server, outbound at the client) and of the applications themselves (`http_request_duration_seconds_*`). A request touches dozens of
 * counters: they are looked up once for each way and outcome.
 */
export class RequestRecorder {
  readonly counters = new Counters(HELP);
  // By namespace and name of the pod, then by way and outcome: they go with the pod.
  private readonly ways = new Map<string, Map<string, Way>>();
  private readonly refused = new Map<string, Counter[]>();

  /** One request that `server` answered after `latency` milliseconds. */
  answered(client: Client, destination: Destination, server: Server, { failed, latency }: { failed: boolean; latency: number }): void {
    const way = this.way(client, destination, server, failed);
    for (const counter of way.requests) counter.value += 1;
    way.latency.observe(latency);
    way.duration.observe(latency / 1000);
  }

  /** One request that no pod could take: only the client knows of it. */
  unanswered(client: Client, destination: Destination): void {
    const key = wayKey(client, destination);
    let counters = this.refused.get(key);
    if (!counters) this.refused.set(key, (counters = this.outbound(client, destination, {}, true, '503')));
    for (const counter of counters) counter.value += 1;
  }

  /** Drops what a pod's own proxy and application counted, as the pod has ended. */
  forget(namespace: string, pod: string): void {
    this.ways.delete(`${namespace}/${pod}`);
    this.counters.remove(
      (labels) =>
        (labels.pod === pod && labels.namespace === namespace) ||
        (labels.kubernetes_pod_name === pod && labels.kubernetes_namespace === namespace),
    );
  }

  private way(client: Client, destination: Destination, server: Server, failed: boolean): Way {
    const { namespace, name } = server.pod.metadata;
    const pod = `${namespace ?? ''}/${name}`;
    let ways = this.ways.get(pod);
    if (!ways) this.ways.set(pod, (ways = new Map()));
    const key = `${wayKey(client, destination)} ${server.deployment} ${failed}`;
    let way = ways.get(key);
    if (!way) ways.set(key, (way = this.prepare(client, destination, server, failed)));
    return way;
  }

  private prepare(client: Client, destination: Destination, { pod, deployment }: Server, failed: boolean): Way {
    const { namespace = '', name } = pod.metadata;
    const status = failed ? '500' : '200';
    const inbound = { direction: 'inbound', namespace, deployment, pod: name, tls: 'true' };
    const application = { kubernetes_namespace: namespace, kubernetes_pod_name: name, method: 'GET', path: 'root', status };
    const arrived = this.requests(inbound, failed, status);
    const latency = new Histogram(this.counters, 'response_latency_ms', { ...inbound, status_code: status }, LINKERD_BUCKETS);
    const duration = new Histogram(this.counters, 'http_request_duration_seconds', application, APPLICATION_BUCKETS);
    const left = this.outbound(client, destination, { dst_deployment: deployment }, failed, status);
    return { requests: [...arrived, ...left], latency, duration };
  }

  private outbound(client: Client, { namespace, service }: Destination, extra: Labels, failed: boolean, status: string): Counter[] {
    const labels = { direction: 'outbound', ...client, dst_namespace: namespace, dst_service: service, ...extra };
    return this.requests(labels, failed, status);
  }

  private requests(labels: Labels, failed: boolean, status: string): Counter[] {
    const classification = failed ? 'failure' : 'success';
    return [
      this.counters.counter('request_total', labels),
      this.counters.counter('response_total', { ...labels, classification, status_code: status }),
    ];
  }
}

function wayKey(client: Client, destination: Destination): string {
  return `${client.namespace}/${client.deployment} ${destination.namespace}/${destination.service}`;
}
