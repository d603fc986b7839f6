import type { BuiltInQueries } from '@aviary/provider-contract';

/**
 * What the target's own pods count, by the metric names of the common Prometheus middleware; durations are the 99th percentile.
 * Pods of a Deployment are told from others by the two hashes in their names.
 */
export const queries: BuiltInQueries = {
  'request-success-rate': `
    sum(rate(http_request_duration_seconds_count{
      kubernetes_namespace="{{ namespace }}",
      kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)",
      status!~"5.*"
    }[{{ interval }}]))
    /
    sum(rate(http_request_duration_seconds_count{
      kubernetes_namespace="{{ namespace }}",
      kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"
    }[{{ interval }}]))
    * 100`,
  'request-duration': `
    histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{
      kubernetes_namespace="{{ namespace }}",
      kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"
    }[{{ interval }}])) by (le))`,
  durationUnit: 'seconds',
};
