import type { RootConfigService } from '@backstage/backend-plugin-api';
import { z } from 'zod';

const databaseSchema = z.object({
  connection: z.union([z.string(), z.record(z.string(), z.unknown())]),
  schema: z.string().optional(),
  poolSize: z.number().optional(),
});

/** What this plugin reads of `rollouts`; what belongs to the engine is checked by the engine. */
const rolloutsSchema = z.object({
  database: databaseSchema.optional(),
  engine: z
    .looseObject({
      enabled: z.boolean().default(false),
      database: databaseSchema.optional(),
      clock: z.object({ real: z.number(), shown: z.number(), speed: z.number().positive() }).optional(),
    })
    .prefault({}),
});

/** Where the engine's ledger is. */
export type LedgerDatabase = z.output<typeof databaseSchema>;

/** The plugin's settings. */
export interface RolloutsConfig {
  /** The engine's database, read by the portal. */
  database: LedgerDatabase;
  /** Settings of the engine in this process, as written; null when it runs elsewhere. */
  engine: Record<string, unknown> | null;
  /** The engine's clock, when it is not the wall clock. */
  clock: { real: number; shown: number; speed: number };
}

/**
 * Reads `rollouts` of app-config.yaml.
 *
 * @throws Error naming the field that is missing or wrong
 */
export function readRolloutsConfig(config: RootConfigService): RolloutsConfig {
  const parsed = rolloutsSchema.safeParse(config.getOptional('rollouts') ?? {});
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  rollouts.${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration of the rollouts plugin is not valid:\n${lines.join('\n')}`);
  }
  const { engine } = parsed.data;
  const database = parsed.data.database ?? engine.database;
  if (!database) {
    throw new Error(
      'The rollouts plugin reads the database of the engine, and app-config.yaml does not say where it is: ' +
        'set rollouts.database.connection, or rollouts.engine.database.connection',
    );
  }
  return {
    database,
    engine: engine.enabled ? { ...engine, database: engine.database ?? database } : null,
    clock: engine.clock ?? { real: 0, shown: 0, speed: 1 },
  };
}
