import { z } from 'zod';

/** `10s`, `1m30s`, `500ms`: Go's durations, as Kubernetes users write them. */
const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/, 'must be a duration like "10s" or "1m30s"')
  .transform(parseDuration);

/**
 * Settings of one engine: what stands under `rollouts.engine` in app-config.yaml, in the portal and for the
 * stand-alone process alike. Unknown keys are refused, so that a typing error is not a silent default.
 */
export const engineConfigSchema = z.strictObject({
  /** Read by the portal: run the engine in its backend. */
  enabled: z.boolean().default(true),
  cluster: z
    .strictObject({
      /** How people call this cluster; bound to the cluster's identity in the database. */
      name: z
        .string()
        .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be lower-case letters, digits, "-" and "."')
        .default('default'),
      /** Path of a kubeconfig. Default: KUBECONFIG, ~/.kube/config, or the pod's service account. */
      kubeconfig: z.string().optional(),
      context: z.string().optional(),
      /** Watch one namespace only. */
      namespace: z.string().optional(),
    })
    .prefault({}),
  database: z.strictObject({
    /** A Postgres URL, or pg's connection object. */
    connection: z.union([z.string(), z.record(z.string(), z.unknown())]),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*$/)
      .default('aviary'),
    poolSize: z.number().int().min(2).max(200).default(10),
  }),
  /** Only for demos and tests: time runs faster. The same values as the sandbox's. */
  clock: z.strictObject({ real: z.number(), shown: z.number(), speed: z.number().positive() }).optional(),
  /** Router of Canaries that name none. */
  meshProvider: z.string().default('kubernetes'),
  /** Prometheus for built-in checks and inline queries of Canaries that name none. */
  metricsServer: z.string().default('http://prometheus:9090'),
  /** Labels by which a workload's pods are told apart, in order of preference. */
  selectorLabels: z.array(z.string()).min(1).default(['app', 'name', 'app.kubernetes.io/name']),
  /** Label prefixes copied from target to primary; `*` copies all. */
  includeLabelPrefixes: z.array(z.string()).default([]),
  /** Shorter intervals are raised to this; Flagger's is 10s. */
  minInterval: duration.prefault('10s'),
  /** Whether ConfigMaps and Secrets of the pod template are tracked and copied. */
  configTracking: z.boolean().default(true),
  addresses: z
    .strictObject({
      /** Reach `http://name.namespace` through the API server. Default: only when the engine runs outside the cluster. */
      throughApiServer: z.boolean().optional(),
      /** Address → address to use instead. */
      overrides: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  egress: z
    .strictObject({
      /** CIDRs or host[:port] that may be reached although they would be denied. */
      allow: z.array(z.string()).default([]),
      deny: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Written as field manager; ignore rules of GitOps tools name Flagger's. */
  fieldManager: z.string().default('flagger'),
  /** Packages with further providers, by name. */
  providers: z.array(z.string()).default([]),
  /** Stand-alone process: where /healthz, /readyz and /metrics are served. In a pod `0.0.0.0`, so that the kubelet gets there. */
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65535).default(8080) }).prefault({}),
});

/** Settings with defaults filled in; durations are milliseconds. */
export type EngineConfig = z.output<typeof engineConfigSchema>;

/**
 * Checks what the user wrote.
 *
 * @throws Error with one line per field that is wrong
 */
export function parseEngineConfig(input: unknown): EngineConfig {
  const result = engineConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const message = issue.code === 'unrecognized_keys' ? `unknown setting ${quoted(issue.keys)}; ${knownAt(issue.path)}` : issue.message;
    return `  ${['rollouts', 'engine', ...issue.path].join('.')}: ${message}`;
  });
  throw new Error(`the engine's configuration is not valid:\n${lines.join('\n')}`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** What may stand there instead. */
function knownAt(path: readonly PropertyKey[]): string {
  let schema: z.ZodType = engineConfigSchema;
  for (const key of path) schema = unwrapped(schema).shape[key as string];
  return `known are ${Object.keys(unwrapped(schema).shape).join(', ')}`;
}

/** The object inside defaults. Only objects can have unknown keys. */
function unwrapped(schema: z.ZodType): z.ZodObject {
  const inner = (schema as z.ZodPrefault | z.ZodOptional).def.innerType as z.ZodType | undefined;
  return inner ? unwrapped(inner) : (schema as z.ZodObject);
}

function parseDuration(text: string): number {
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, number, name] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(number) * unit[name as keyof typeof unit];
  return total;
}
