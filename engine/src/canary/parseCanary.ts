import type { KubeObject } from '@aviary/provider-contract';
import { importedStatusSchema } from './canarySchema';
import { lenientSpec } from './lenientSpec';
import { readAnalysis } from './readAnalysis';
import type { CanarySpec, Phase, Problem } from './Canary';

/** What the engine's settings add to a Canary. Times in milliseconds. */
export interface CanaryDefaults {
  /** Shorter intervals are raised to this; Flagger's is 10 s. */
  minInterval: number;
}

/** `status` of a Canary as somebody wrote it: Flagger, or an engine with another database. */
export interface ImportedStatus {
  phase?: Phase | '';
  canaryWeight?: number;
  iterations?: number;
  failedChecks?: number;
  lastAppliedSpec?: string;
  lastPromotedSpec?: string;
  trackedConfigs?: Record<string, string>;
}

/** A Canary as read from the cluster. */
export interface ParsedCanary {
  namespace: string;
  name: string;
  uid: string;
  generation: number;
  spec: CanarySpec;
  deleting: boolean;
  finalizers: string[];
  /** `status` as found; null when it was never written. */
  importedStatus: ImportedStatus | null;
}

const PHASES: ReadonlySet<string> = new Set([
  '',
  'Initializing',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
  'Terminating',
  'Terminated',
]);

/**
 * Reads a Canary as found in the cluster, v1beta1 or v1alpha3. Always answers with a spec: what is wrong is named in
 * `problems` and left out, and nothing moves forward while there is a problem.
 */
export function parseCanary(raw: KubeObject, defaults: CanaryDefaults): { canary: ParsedCanary; problems: Problem[] } {
  const { metadata } = raw;
  const { spec: written, problems } = lenientSpec(raw.spec, metadata.name);
  const { analysis, path, given } = chooseAnalysis(written);
  const read = readAnalysis(analysis, { path, defaults, legacy: raw.apiVersion.endsWith('/v1alpha3') });
  const name = written.service.name || written.targetRef.name;
  const spec: CanarySpec = {
    provider: written.provider || undefined,
    metricsServer: written.metricsServer || undefined,
    targetRef: { apiVersion: written.targetRef.apiVersion, kind: written.targetRef.kind, name: written.targetRef.name },
    autoscalerRef: written.autoscalerRef,
    service: {
      name,
      port: written.service.port,
      portName: written.service.portName || 'http',
      targetPort: written.service.targetPort ?? written.service.port,
      appProtocol: written.service.appProtocol,
      trafficDistribution: written.service.trafficDistribution,
      portDiscovery: written.service.portDiscovery ?? false,
      headless: written.service.headless ?? false,
      apex: written.service.apex,
      primary: written.service.primary,
      canary: written.service.canary,
      unmanagedMetadata: written.service.unmanagedMetadata,
    },
    analysis: read.analysis,
    progressDeadline: (written.progressDeadlineSeconds ?? 600) * 1000,
    skipAnalysis: written.skipAnalysis ?? false,
    revertOnDeletion: written.revertOnDeletion ?? false,
    suspend: written.suspend ?? false,
  };
  const missing: Problem[] = [];
  if (!given && !spec.skipAnalysis) {
    missing.push({
      field: 'spec.analysis',
      message: 'spec.analysis is missing; say how to judge a release, or set spec.skipAnalysis to promote without looking.',
      kind: 'misconfigured',
    });
  }
  return {
    canary: {
      namespace: metadata.namespace ?? 'default',
      name: metadata.name,
      uid: metadata.uid ?? '',
      generation: metadata.generation ?? 0,
      spec,
      deleting: metadata.deletionTimestamp !== undefined,
      finalizers: metadata.finalizers ?? [],
      importedStatus: readStatus(raw.status),
    },
    problems: [...problems, ...targetProblems(spec), ...missing, ...read.problems],
  };
}

function chooseAnalysis(spec: ReturnType<typeof lenientSpec>['spec']) {
  if (spec.analysis !== undefined) {
    return { analysis: spec.analysis, path: 'spec.analysis', given: true };
  }
  return { analysis: spec.canaryAnalysis ?? {}, path: 'spec.canaryAnalysis', given: spec.canaryAnalysis !== undefined };
}

/** Kinds of targets that Flagger knows and this engine does not run yet are refused in words (facts §1.1). */
function targetProblems({ targetRef, provider, progressDeadline }: CanarySpec): Problem[] {
  const problems: Problem[] = [];
  if (targetRef.kind !== 'Deployment') {
    problems.push({
      field: 'spec.targetRef.kind',
      message: `spec.targetRef.kind is ${targetRef.kind}; this engine rolls out Deployments only. Leave this Canary to Flagger, or target a Deployment.`,
      kind: 'unsupported',
    });
  } else if (provider === 'knative') {
    problems.push({
      field: 'spec.provider',
      message: `can't use ${targetRef.apiVersion}/${targetRef.kind} as target if provider is set to knative. Choose the provider that routes to a Deployment.`,
      kind: 'misconfigured',
    });
  }
  if (!(progressDeadline > 0)) {
    problems.push({
      field: 'spec.progressDeadlineSeconds',
      message: `spec.progressDeadlineSeconds is ${progressDeadline / 1000}; it must be a number of seconds above 0, or left out for 600.`,
      kind: 'misconfigured',
    });
  }
  return problems;
}

function readStatus(raw: unknown): ParsedCanary['importedStatus'] {
  const parsed = importedStatusSchema.safeParse(raw);
  if (!parsed.success) {
    return null;
  }
  const { phase, canaryWeight, iterations, failedChecks, lastAppliedSpec, lastPromotedSpec, trackedConfigs } = parsed.data;
  const known = phase !== undefined && PHASES.has(phase) ? (phase as Phase | '') : undefined;
  return { phase: known, canaryWeight, iterations, failedChecks, lastAppliedSpec, lastPromotedSpec, trackedConfigs };
}
