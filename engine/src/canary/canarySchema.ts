import { z } from 'zod';

const metadata = z.looseObject({
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const inconclusive = z.object({ action: z.enum(['hold', 'rollback', 'continue']), limit: z.int().min(1).optional() }).optional();

const metric = z.looseObject({
  name: z.string().min(1),
  interval: z.string().optional(),
  threshold: z.number().optional(),
  thresholdRange: z.looseObject({ min: z.number().optional(), max: z.number().optional() }).optional(),
  query: z.string().optional(),
  templateRef: z.looseObject({ name: z.string().min(1), namespace: z.string().optional() }).optional(),
  templateVariables: z.record(z.string(), z.string()).optional(),
  onNoData: inconclusive,
  onError: inconclusive,
});

const webhook = z.looseObject({
  name: z.string().min(1),
  type: z
    .enum([
      '',
      'confirm-rollout',
      'pre-rollout',
      'rollout',
      'confirm-traffic-increase',
      'confirm-promotion',
      'post-rollout',
      'rollback',
      'event',
    ])
    .optional(),
  url: z.string().min(1),
  timeout: z.string().optional(),
  retries: z.int().min(0).optional(),
  muteAlert: z.boolean().optional(),
  disableTLS: z.boolean().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

const alert = z.looseObject({
  name: z.string().min(1),
  severity: z.enum(['', 'info', 'warn', 'error']).optional(),
  providerRef: z.looseObject({ name: z.string().min(1), namespace: z.string().optional() }),
});

/** `spec.analysis`, and `spec.canaryAnalysis` of older manifests (facts §1.3). */
export const analysisSchema = z.looseObject({
  interval: z.string().optional(),
  threshold: z.number().optional(),
  iterations: z.number().optional(),
  maxWeight: z.number().optional(),
  stepWeight: z.number().optional(),
  stepWeights: z.array(z.number()).optional(),
  stepWeightPromotion: z.number().optional(),
  mirror: z.boolean().optional(),
  primaryReadyThreshold: z.number().optional(),
  canaryReadyThreshold: z.number().optional(),
  match: z.array(z.looseObject({})).optional(),
  sessionAffinity: z.looseObject({ cookieName: z.string().optional(), primaryCookieName: z.string().optional() }).optional(),
  metrics: z.array(metric).optional(),
  webhooks: z.array(webhook).optional(),
  alerts: z.array(alert).optional(),
});

/** What the engine reads of a Canary's `spec` (facts §1.1-§1.3); everything else belongs to routers and is left alone. */
export const canarySchema = z.looseObject({
  provider: z.string().optional(),
  metricsServer: z.string().optional(),
  targetRef: z.looseObject({ apiVersion: z.string().min(1), kind: z.string().min(1), name: z.string().min(1) }),
  autoscalerRef: z
    .looseObject({
      apiVersion: z.string().min(1),
      kind: z.enum(['HorizontalPodAutoscaler', 'ScaledObject']),
      name: z.string().min(1),
      primaryScalerQueries: z.record(z.string(), z.string()).optional(),
      primaryScalerReplicas: z.looseObject({ minReplicas: z.int().min(1).optional(), maxReplicas: z.int().min(1).optional() }).optional(),
    })
    .optional(),
  service: z.looseObject({
    name: z.string().optional(),
    port: z.int().min(1).max(65535),
    portName: z.string().optional(),
    targetPort: z.union([z.int(), z.string()]).optional(),
    appProtocol: z.string().optional(),
    trafficDistribution: z.string().optional(),
    portDiscovery: z.boolean().optional(),
    headless: z.boolean().optional(),
    apex: metadata.optional(),
    primary: metadata.optional(),
    canary: metadata.optional(),
    unmanagedMetadata: z.looseObject({ annotations: z.array(z.string()).optional(), labels: z.array(z.string()).optional() }).optional(),
  }),
  analysis: analysisSchema.optional(),
  canaryAnalysis: analysisSchema.optional(),
  progressDeadlineSeconds: z.number().optional(),
  skipAnalysis: z.boolean().optional(),
  revertOnDeletion: z.boolean().optional(),
  suspend: z.boolean().optional(),
});

/** A Canary's `spec` as users write it. */
export type RawCanarySpec = z.infer<typeof canarySchema>;
/** `spec.analysis` as users write it. */
export type RawAnalysis = z.infer<typeof analysisSchema>;

/** `status` of a Canary that somebody else wrote: read leniently, used only on takeover. */
export const importedStatusSchema = z.looseObject({
  phase: z.string().optional().catch(undefined),
  canaryWeight: z.number().optional().catch(undefined),
  iterations: z.number().optional().catch(undefined),
  failedChecks: z.number().optional().catch(undefined),
  lastAppliedSpec: z.string().optional().catch(undefined),
  lastPromotedSpec: z.string().optional().catch(undefined),
  trackedConfigs: z.record(z.string(), z.string()).optional().catch(undefined),
});
