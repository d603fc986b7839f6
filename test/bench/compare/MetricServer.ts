import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const GOOD_RATE = '100';
const BAD_RATE = '50';
const DURATION = '20';

/** What answers the built-in queries of both systems: everything is well, except where it is told otherwise. */
export interface MetricServer {
  url: string;
  /** How many queries it has answered. */
  queries(): number;
  /** From now on the success rate of this workload is bad. */
  turnBad(workload: string): void;
  close(): Promise<void>;
}

/**
 * Starts a server that speaks as much of Prometheus' query API as the two built-in Linkerd queries need, on a free port of 127.0.0.1.
 * It computes nothing, so that it takes no processor time from the systems that are measured, and a metric is bad from an exact moment on.
 */
export async function startMetricServer(): Promise<MetricServer> {
  const bad = new Set<string>();
  let answered = 0;
  const server = createServer(async (request, response) => {
    const query = await queryOf(request);
    answered += 1;
    const result = [{ metric: {}, value: [Date.now() / 1_000, valueOf(query, bad)] }];
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queries: () => answered,
    turnBad: (workload) => void bad.add(workload),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a query is answered with. The probe that both systems send is `vector(1)`. */
export function valueOf(query: string, bad: ReadonlySet<string>): string {
  if (/^\s*vector\(1\)\s*$/.test(query)) return '1';
  if (query.includes('histogram_quantile')) return DURATION;
  const workload = /deployment=~"([^"]+)"/.exec(query)?.[1];
  return workload !== undefined && bad.has(workload) ? BAD_RATE : GOOD_RATE;
}

/** From the address, or from a form: long queries are sent by POST. */
async function queryOf(request: IncomingMessage): Promise<string> {
  const inAddress = new URL(request.url ?? '/', 'http://localhost').searchParams.get('query');
  if (inAddress !== null) return inAddress;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('query') ?? '';
}
