import type { KubeObject } from '../apiserver/ObjectStore';
import { Counters } from '../prometheus/Counters';
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

/**
 * Counts requests under the names and labels of Linkerd's proxy (`request_total`, `response_total`, `response_latency_ms_*`; inbound at the
 * server, outbound at the client) and of the applications themselves (`http_request_duration_seconds_*`).
 */
export class RequestRecorder {
  readonly counters = new Counters(HELP);

  /** One request that `server` answered after `latency` milliseconds. */
  answered(client: Client, destination: Destination, server: Server, { failed, latency }: { failed: boolean; latency: number }): void {
    const namespace = server.pod.metadata.namespace ?? '';
    const pod = server.pod.metadata.name;
    const status = failed ? '500' : '200';
    const inbound = { direction: 'inbound', namespace, deployment: server.deployment, pod, tls: 'true' };
    this.counters.add('request_total', inbound, 1);
    this.counters.add('response_total', { ...inbound, classification: failed ? 'failure' : 'success', status_code: status }, 1);
    this.histogram('response_latency_ms', { ...inbound, status_code: status }, latency, LINKERD_BUCKETS);
    const application = { kubernetes_namespace: namespace, kubernetes_pod_name: pod, method: 'GET', path: 'root', status };
    this.histogram('http_request_duration_seconds', application, latency / 1000, APPLICATION_BUCKETS);
    this.outbound(client, destination, { dst_deployment: server.deployment }, failed, status);
  }

  /** One request that no pod could take: only the client knows of it. */
  unanswered(client: Client, destination: Destination): void {
    this.outbound(client, destination, {}, true, '503');
  }

  /** Drops what a pod's own proxy and application counted, as the pod has ended. */
  forget(namespace: string, pod: string): void {
    this.counters.remove(
      (labels) =>
        (labels.pod === pod && labels.namespace === namespace) ||
        (labels.kubernetes_pod_name === pod && labels.kubernetes_namespace === namespace),
    );
  }

  private outbound(client: Client, { namespace, service }: Destination, extra: Labels, failed: boolean, status: string): void {
    const labels = { direction: 'outbound', ...client, dst_namespace: namespace, dst_service: service, ...extra };
    this.counters.add('request_total', labels, 1);
    this.counters.add('response_total', { ...labels, classification: failed ? 'failure' : 'success', status_code: status }, 1);
  }

  private histogram(name: string, labels: Labels, value: number, bounds: readonly number[]): void {
    for (const bound of bounds) this.counters.add(`${name}_bucket`, { ...labels, le: String(bound) }, value <= bound ? 1 : 0);
    this.counters.add(`${name}_bucket`, { ...labels, le: '+Inf' }, 1);
    this.counters.add(`${name}_sum`, labels, value);
    this.counters.add(`${name}_count`, labels, 1);
  }
}
