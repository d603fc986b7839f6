/**
 * Flagger's Canary as the engine works with it: defaults filled in, durations in milliseconds, `canaryAnalysis`
 * folded into `analysis`. Field meanings: facts/flagger-1.44 §1 (release 1.44.0 of fluxcd/flagger).
 */
export interface CanarySpec {
  /** Router id. Undefined means the engine's default. */
  provider?: string;
  /** Prometheus base URL for built-in checks and inline queries. Undefined means the engine's default. */
  metricsServer?: string;
  targetRef: { apiVersion: string; kind: string; name: string };
  autoscalerRef?: {
    apiVersion: string;
    kind: string;
    name: string;
    primaryScalerQueries?: Record<string, string>;
    primaryScalerReplicas?: { minReplicas?: number; maxReplicas?: number };
  };
  service: ServiceSpec;
  analysis: AnalysisSpec;
  /** Milliseconds. */
  progressDeadline: number;
  skipAnalysis: boolean;
  revertOnDeletion: boolean;
  suspend: boolean;
}

/** `spec.service`: only what the engine itself reads; routers read the raw spec. */
export interface ServiceSpec {
  /** The apex service; the target's name when the user gave none. */
  name: string;
  port: number;
  portName: string;
  targetPort: number | string;
  appProtocol?: string;
  trafficDistribution?: string;
  portDiscovery: boolean;
  headless: boolean;
  apex?: ObjectMetadata;
  primary?: ObjectMetadata;
  canary?: ObjectMetadata;
  unmanagedMetadata?: { annotations?: string[]; labels?: string[] };
}

export interface ObjectMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface AnalysisSpec {
  /** Milliseconds between two looks; at least the engine's minimum. */
  interval: number;
  /** Failed looks before rollback, at least 1. */
  threshold: number;
  /** The weights as the user wrote them, 0 or empty when left out: for alerts, which print them raw. */
  written: { stepWeight: number; stepWeights: number[]; maxWeight: number };
  /** The weights that the canary walks through, in order, each 1 to 100; empty for A/B and blue/green. */
  steps: number[];
  /** Percent moved back to the primary per interval after promotion; 0 moves all at once. */
  stepWeightPromotion: number;
  /** Looks of A/B and blue/green; 0 for weight-based canaries. */
  iterations: number;
  mirror: boolean;
  /** Percent of updated pods that must be available. */
  primaryReadyThreshold: number;
  canaryReadyThreshold: number;
  /** Whether A/B conditions are given. */
  hasMatch: boolean;
  /** Whether clients are to stay on the version they met first. */
  sessionAffinity: boolean;
  metrics: MetricSpec[];
  webhooks: WebhookSpec[];
  alerts: AlertRef[];
}

export interface MetricSpec {
  name: string;
  /** Milliseconds of the query's window. */
  interval: number;
  /** The same as the user wrote it, for templates: `1m`. */
  intervalText: string;
  min?: number;
  max?: number;
  /** Inline PromQL. */
  query?: string;
  templateRef?: { name: string; namespace?: string };
  templateVariables: Record<string, string>;
  onNoData: InconclusivePolicy;
  onError: InconclusivePolicy;
}

/** What happens when a check could not be measured; see engine rules §4. */
export interface InconclusivePolicy {
  /** `hold`: stay for ever; `rollback`: stay, and go back after `limit` looks in a row; `continue`: as if the check had passed. */
  action: 'hold' | 'rollback' | 'continue';
  /** With `rollback`: consecutive looks until the rollout goes back; null: the engine's default (Settings). Otherwise null. */
  limit: number | null;
}

export type WebhookType =
  'confirm-rollout' | 'pre-rollout' | 'rollout' | 'confirm-traffic-increase' | 'confirm-promotion' | 'post-rollout' | 'rollback' | 'event';

export interface WebhookSpec {
  name: string;
  type: WebhookType;
  url: string;
  /** Milliseconds per attempt. */
  timeout: number;
  retries: number;
  muteAlert: boolean;
  disableTLS: boolean;
  metadata: Record<string, string>;
}

export interface AlertRef {
  name: string;
  severity: 'info' | 'warn' | 'error';
  providerRef: { name: string; namespace?: string };
}

/** A/B, blue/green or weight-based; Flagger's own label values. */
export type Strategy = 'canary' | 'ab-testing' | 'blue-green';

/** Something wrong with what the user wrote. */
export interface Problem {
  /** Path of the field: `spec.analysis.metrics[0].thresholdRange`. */
  field: string;
  /** What was asked, what was found, what to do. */
  message: string;
  kind: 'misconfigured' | 'unsupported' | 'unavailable' | 'unauthorized';
}

/** Flagger's phases, as written into `status.phase`. */
export type Phase =
  | 'Initializing'
  | 'Initialized'
  | 'Waiting'
  | 'Progressing'
  | 'WaitingPromotion'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed'
  | 'Terminating'
  | 'Terminated';
