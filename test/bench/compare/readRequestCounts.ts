/** How many requests of each verb; verbs that did not occur are left out. */
export type RequestCounts = Readonly<Record<string, number>>;

/** Begins the names of the flow schemas by which the API server tells the measured system's requests apart; the verb follows. */
export const FLOW_SCHEMA_PREFIX = 'measured-';

/** The verbs of Kubernetes' requests. A `get` may also be one of no resource, such as /version. */
export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

const COUNTER = 'apiserver_flowcontrol_dispatched_requests_total';

/** Reads from an API server's /metrics how many requests of the measured system it has taken since its start. */
export function readRequestCounts(metrics: string): RequestCounts {
  const pattern = new RegExp(`^${COUNTER}\\{[^}]*flow_schema="${FLOW_SCHEMA_PREFIX}(\\w+)"[^}]*\\} (\\S+)`, 'gm');
  const counts: Record<string, number> = {};
  for (const [, verb, value] of metrics.matchAll(pattern)) counts[verb] = (counts[verb] ?? 0) + Number(value);
  return counts;
}

/** What was counted between two readings, per second, in the order of `VERBS`. */
export function ratesBetween(before: RequestCounts, after: RequestCounts, seconds: number): RequestCounts {
  const verbs = VERBS.filter((verb) => (after[verb] ?? 0) > (before[verb] ?? 0));
  return Object.fromEntries(verbs.map((verb) => [verb, (after[verb] - (before[verb] ?? 0)) / seconds]));
}

/** All verbs together. */
export function totalOf(counts: RequestCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
