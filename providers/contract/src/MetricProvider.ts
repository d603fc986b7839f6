import type { ProviderContext, SecretKey } from './ProviderContext';
import type { RbacRule } from './KubeObject';
import type { Secret } from './Secret';

/** `spec.provider` of a MetricTemplate, its Secret resolved. */
export interface MetricProviderOptions {
  address?: string;
  headers?: Record<string, string[]>;
  region?: string;
  insecureSkipVerify?: boolean;
  secrets: Record<string, Secret>;
}

/** One question to a metric source. */
export interface MetricQuery {
  /** Rendered text in the source's own language. */
  query: string;
  /** The window that the check looks back over, in milliseconds. */
  interval: number;
}

/** A metric source answers a query with one number. */
export interface MetricProvider {
  /**
   * @throws ProviderError `noData` when there is no value (NaN counts as none), `unavailable`, `unauthorized`, `misconfigured`
   */
  query(query: MetricQuery): Promise<number>;
  /** Resolves when the source answers. @throws ProviderError */
  probe(): Promise<void>;
}

/** How to make a metric provider of one type. */
export interface MetricProviderDefinition {
  readonly kind: 'metric';
  /** The `CONTRACT_VERSION` that it was written for; 1, the first, when absent. */
  readonly contractVersion?: number;
  /** What users write as `spec.provider.type`. */
  readonly id: string;
  readonly displayName: string;
  readonly secretKeys: readonly SecretKey[];
  readonly rbac: readonly RbacRule[];
  /** @throws ProviderError `misconfigured`, naming the field */
  create(options: MetricProviderOptions, context: ProviderContext): MetricProvider;
}
