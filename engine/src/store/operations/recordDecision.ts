import type { Database } from '../Database';
import type { DecisionToRecord, Lease, RecordResult } from '../RolloutStore';
import { toJson, toTime, toTimeOrNull } from '../json';
import { canaryColumns, decidedWeight, measuredChecks, shownRow } from '../rows/canaryRow';
import { fenced } from './fenced';

/** Columns of `canaries` that a decision sets, with their types in the document that carries them. */
const canaryColumnTypes = {
  sequence: 'integer',
  phase: 'text',
  rollout_id: 'text',
  verdict: 'text',
  running: 'boolean',
  holding: 'boolean',
  paused: 'boolean',
  waiting_since: 'timestamptz',
  outcome: 'text',
  ended_at: 'timestamptz',
  search: 'text',
  changed_at: 'timestamptz',
};
const identityColumnTypes = { cluster: 'text', namespace: 'text', name: 'text', uid: 'text', shard: 'smallint' };
const otherColumnTypes = {
  state: 'json',
  shown: 'json',
  kind: 'text',
  weight_before: 'real',
  weight: 'real',
  iterations: 'integer',
  reason: 'text',
  failed_checks: 'integer',
  situation: 'json',
  answers: 'json',
  decision: 'json',
  measurements: 'json',
  events: 'json',
  command_answers: 'json',
  deliveries: 'json',
  rollout: 'json',
  previous_rollout_id: 'text',
  template: 'json',
  kept_revision: 'text',
};
const entryType = Object.entries({ ...identityColumnTypes, ...canaryColumnTypes, ...otherColumnTypes })
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/**
 * Writes a decision and everything that goes with it in one statement behind the fence. `fenced` when the shard has gone to
 * somebody else or the Canary's last decision is not the one before this.
 */
export function recordDecision(database: Database, lease: Lease, entry: DecisionToRecord): Promise<RecordResult> {
  const first = entry.decision.state.sequence === 1;
  return fenced(database, entry.key.cluster, lease, async (transaction) => {
    if (first) {
      await transaction.raw(
        `UPDATE ${database.schema}.canaries SET gone_at = ?, touched_at = clock_timestamp()
         WHERE cluster = ? AND namespace = ? AND name = ? AND gone_at IS NULL AND uid <> ?`,
        [toTime(entry.at), entry.key.cluster, entry.key.namespace, entry.key.name, entry.uid],
      );
    }
    const { rowCount } = await transaction.raw(statement(database, first), [
      toJson(entryDocument(lease, entry)),
      `${database.schemaName}_changed`,
    ]);
    return rowCount === 1;
  });
}

function statement({ schema }: Database, first: boolean): string {
  return `
    WITH entry AS (SELECT * FROM json_to_record(?) AS entry(${entryType})),
    changed AS (${first ? insertCanary(schema) : updateCanary(schema)}),
    documented AS (
      INSERT INTO ${schema}.canary_documents (canary_id, state, shown) SELECT id, state, shown FROM changed, entry
      ON CONFLICT (canary_id) DO UPDATE SET state = excluded.state, shown = excluded.shown
    ),
    decided AS (
      INSERT INTO ${schema}.decisions (canary_id, sequence, at, rollout_id, kind, phase, weight_before, weight, iterations, verdict, reason,
        failed_checks, situation, answers, decision)
      SELECT id, sequence, changed_at, rollout_id, kind, phase, weight_before, weight, iterations, verdict, reason,
        failed_checks, situation, answers, decision FROM changed, entry
    ),
    measured AS (
      INSERT INTO ${schema}.measurements (canary_id, sequence, position, at, rollout_id, name, value, primary_value, lower_limit, upper_limit,
        unit, verdict)
      SELECT id, sequence, m.position, changed_at, rollout_id, m.name, m.value, m."primaryValue", m.min, m.max, m.unit, m.verdict
      FROM changed, entry, json_to_recordset(measurements) AS m(position smallint, name text, value double precision,
        "primaryValue" double precision, min double precision, max double precision, unit text, verdict text)
    ),
    told AS (
      INSERT INTO ${schema}.events (canary_id, sequence, position, at, rollout_id, type, message)
      SELECT id, sequence, e.position, changed_at, rollout_id, e.type, e.message
      FROM changed, entry, json_to_recordset(events) AS e(position smallint, type text, message text)
    ),
    superseded AS (
      UPDATE ${schema}.rollouts SET ended_at = changed_at, outcome = 'Superseded' FROM changed, entry
      WHERE rollouts.canary_id = changed.id AND rollouts.id = previous_rollout_id AND rollouts.ended_at IS NULL
    ),
    rolled AS (
      INSERT INTO ${schema}.rollouts AS known (canary_id, id, from_version, to_version, strategy, started_at, ended_at, outcome, reason, looks,
        max_weight)
      SELECT changed.id, r.id, r."fromVersion", r."toVersion", r.strategy, r."startedAt", entry.ended_at, entry.outcome, entry.reason, r.looks,
        entry.weight
      FROM changed, entry, json_to_record(rollout) AS r(id text, "fromVersion" text, "toVersion" text, strategy text,
        "startedAt" timestamptz, looks integer)
      WHERE r.id IS NOT NULL
      ON CONFLICT (canary_id, id) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome, reason = excluded.reason,
        looks = excluded.looks, max_weight = greatest(known.max_weight, excluded.max_weight)
      WHERE known.ended_at IS NULL
    ),
    answered AS (
      UPDATE ${schema}.commands SET outcome = a.outcome, message = a.message, answered_at = changed_at
      FROM changed, entry, json_to_recordset(command_answers) AS a("commandId" text, outcome text, message text)
      WHERE commands.id = a."commandId" AND commands.canary_id = changed.id AND commands.outcome IS NULL
    ),
    queued AS (
      INSERT INTO ${schema}.deliveries (canary_id, sequence, position, id, cluster, namespace, name, shard, kind, target, payload, created_at, next_at)
      SELECT changed.id, sequence, d.position, d.id, cluster, namespace, name, shard, d.kind, d.target, d.payload, changed_at, changed_at
      FROM changed, entry, json_to_recordset(deliveries) AS d(position smallint, id text, kind text, target json, payload json)
    ),
    kept AS (
      INSERT INTO ${schema}.promoted_templates (canary_id, revision, at, target)
      SELECT id, t.revision, changed_at, t.target FROM changed, entry, json_to_record(template) AS t(revision text, target json)
      WHERE t.revision IS NOT NULL
      ON CONFLICT (canary_id, revision) DO UPDATE SET at = excluded.at, target = excluded.target
      RETURNING revision
    ),
    pruned AS (
      -- Pod templates are large and hold what users put into their environment: the last two are all that is ever needed.
      DELETE FROM ${schema}.promoted_templates USING changed, entry, kept
      WHERE canary_id = id AND promoted_templates.revision NOT IN (kept.revision, coalesce(kept_revision, ''))
    )
    SELECT pg_notify(?, json_build_array(cluster, namespace, name)::text) FROM changed, entry`;
}

function updateCanary(schema: string): string {
  const assignments = Object.keys(canaryColumnTypes)
    .filter((name) => name !== 'verdict')
    .map((name) => `${name} = entry.${name}`);
  return `
    UPDATE ${schema}.canaries AS known SET ${assignments.join(', ')}, confirmed_at = NULL, due_at = NULL, touched_at = clock_timestamp(),
      verdict = CASE WHEN entry.verdict IS NULL AND known.rollout_id = entry.rollout_id THEN known.verdict ELSE entry.verdict END
    FROM entry
    WHERE known.cluster = entry.cluster AND known.namespace = entry.namespace AND known.name = entry.name AND known.gone_at IS NULL
      AND known.uid = entry.uid AND known.sequence = entry.sequence - 1
    RETURNING known.id`;
}

function insertCanary(schema: string): string {
  const names = Object.keys({ ...identityColumnTypes, ...canaryColumnTypes }).join(', ');
  return `INSERT INTO ${schema}.canaries (${names}) SELECT ${names} FROM entry ON CONFLICT DO NOTHING RETURNING id`;
}

function entryDocument(lease: Lease, entry: DecisionToRecord): Record<string, unknown> {
  const { situation, answers, decision, deliveries } = entry;
  const { state } = decision;
  const columns = canaryColumns(entry);
  const previous = situation.state?.rollout?.id ?? null;
  return {
    ...entry.key,
    uid: entry.uid,
    shard: lease.shard,
    sequence: state.sequence,
    phase: columns.phase,
    rollout_id: columns.rolloutId,
    verdict: columns.verdict,
    running: columns.running,
    holding: columns.holding,
    paused: columns.paused,
    waiting_since: toTimeOrNull(columns.waitingSince),
    outcome: columns.outcome,
    ended_at: toTimeOrNull(columns.endedAt),
    search: columns.search,
    state,
    shown: shownRow(entry),
    changed_at: toTime(entry.at),
    kind: decision.kind,
    weight_before: decidedWeight(situation.state),
    weight: decidedWeight(state),
    iterations: state.rollout?.iterations ?? 0,
    reason: decision.reason,
    failed_checks: state.rollout?.failedChecks ?? 0,
    situation,
    answers,
    decision,
    measurements: measuredChecks(decision).map((check, position) => ({ ...check, position })),
    events: decision.events.map((event, position) => ({ ...event, position })),
    command_answers: decision.answers,
    deliveries: deliveries.map((delivery, position) => ({ ...delivery, position })),
    rollout: state.rollout && { ...state.rollout, startedAt: toTime(state.rollout.startedAt) },
    previous_rollout_id: previous === columns.rolloutId ? null : previous,
    template: entry.promotedTemplate ?? null,
    kept_revision: situation.state?.promoted?.revision ?? null,
  };
}
