import type { BuiltInQueries } from '@aviary/provider-contract';

/** What the Linkerd proxy counts for requests that reach the target's pods; durations are the 99th percentile. */
export const queries: BuiltInQueries = {
  'request-success-rate': `
    sum(rate(response_total{
      namespace="{{ namespace }}", deployment=~"{{ target }}", classification!="failure", direction="inbound"
    }[{{ interval }}]))
    /
    sum(rate(response_total{
      namespace="{{ namespace }}", deployment=~"{{ target }}", direction="inbound"
    }[{{ interval }}]))
    * 100`,
  'request-duration': `
    histogram_quantile(0.99, sum(rate(response_latency_ms_bucket{
      namespace="{{ namespace }}", deployment=~"{{ target }}", direction="inbound"
    }[{{ interval }}])) by (le))`,
  durationUnit: 'milliseconds',
};
