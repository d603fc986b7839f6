import type { Migration } from './Migration';

/**
 * The first schema. Times are the engine's clock except where a comment says `database time`.
 * No foreign keys: every row is written in one statement with the row it belongs to, and partitions must be droppable.
 */
export const ledger: Migration = {
  name: '0001_ledger',
  async up(knex, schema) {
    await knex.raw(`
      -- A cluster's name belongs to the uid of its kube-system namespace.
      CREATE TABLE ${schema}.clusters (
        name text PRIMARY KEY,
        uid text NOT NULL UNIQUE,
        bound_at timestamptz NOT NULL DEFAULT now()
      );

      -- One row per engine and cluster, renewed by the engine; database time.
      CREATE TABLE ${schema}.engines (
        cluster text NOT NULL,
        id text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (cluster, id)
      ) WITH (fillfactor = 50);

      -- 512 rows per cluster, written only when a shard changes hands.
      CREATE TABLE ${schema}.engine_shards (
        cluster text NOT NULL,
        shard smallint NOT NULL,
        owner text,
        epoch bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (cluster, shard)
      ) WITH (fillfactor = 50);

      -- One row per Canary object; one that was deleted and made again is another row. Kept narrow: lists and counts read it all.
      CREATE TABLE ${schema}.canaries (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        cluster text NOT NULL,
        namespace text NOT NULL,
        name text NOT NULL,
        uid text NOT NULL,
        shard smallint NOT NULL,
        sequence integer NOT NULL,
        phase text NOT NULL,
        rollout_id text,
        verdict text,
        running boolean NOT NULL,
        holding boolean NOT NULL,
        paused boolean NOT NULL,
        waiting_since timestamptz,
        outcome text,
        ended_at timestamptz,
        search text NOT NULL,
        confirmed_at timestamptz,
        due_at timestamptz,
        changed_at timestamptz NOT NULL,
        gone_at timestamptz,
        -- Database time of the last write, for catching up after a lost connection.
        touched_at timestamptz NOT NULL DEFAULT clock_timestamp()
      ) WITH (fillfactor = 80);
      CREATE UNIQUE INDEX canaries_key ON ${schema}.canaries (cluster, namespace, name) WHERE gone_at IS NULL;
      CREATE INDEX canaries_history ON ${schema}.canaries (cluster, namespace, name, id);
      CREATE INDEX canaries_shard ON ${schema}.canaries (cluster, shard) WHERE gone_at IS NULL;
      CREATE INDEX canaries_changed ON ${schema}.canaries (changed_at DESC, id DESC) WHERE gone_at IS NULL;
      CREATE INDEX canaries_running ON ${schema}.canaries (changed_at DESC, id DESC) WHERE gone_at IS NULL AND running;
      CREATE INDEX canaries_waiting ON ${schema}.canaries (waiting_since) WHERE gone_at IS NULL AND waiting_since IS NOT NULL;
      CREATE INDEX canaries_ended ON ${schema}.canaries (ended_at) WHERE gone_at IS NULL;

      -- The long part of each Canary: what the engine remembers, and what lists show of a row.
      CREATE TABLE ${schema}.canary_documents (
        canary_id bigint PRIMARY KEY,
        state json NOT NULL,
        shown json NOT NULL
      ) WITH (fillfactor = 80);

      CREATE TABLE ${schema}.rollouts (
        canary_id bigint NOT NULL,
        id text NOT NULL,
        from_version text NOT NULL,
        to_version text NOT NULL,
        strategy text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        outcome text,
        reason text NOT NULL,
        looks integer NOT NULL,
        max_weight real NOT NULL,
        PRIMARY KEY (canary_id, id)
      ) WITH (fillfactor = 80);
      CREATE INDEX rollouts_started ON ${schema}.rollouts (canary_id, started_at DESC);
      CREATE INDEX rollouts_ended ON ${schema}.rollouts (ended_at);

      CREATE TABLE ${schema}.decisions (
        canary_id bigint NOT NULL,
        sequence integer NOT NULL,
        at timestamptz NOT NULL,
        rollout_id text,
        kind text NOT NULL,
        phase text NOT NULL,
        weight_before real NOT NULL,
        weight real NOT NULL,
        iterations integer NOT NULL,
        verdict text,
        reason text NOT NULL,
        failed_checks integer NOT NULL,
        situation json NOT NULL,
        answers json NOT NULL,
        decision json NOT NULL,
        PRIMARY KEY (canary_id, sequence, at)
      ) PARTITION BY RANGE (at);

      -- The judged numbers once more, flat, for questions across rollouts.
      CREATE TABLE ${schema}.measurements (
        canary_id bigint NOT NULL,
        sequence integer NOT NULL,
        position smallint NOT NULL,
        at timestamptz NOT NULL,
        rollout_id text,
        name text NOT NULL,
        value double precision,
        primary_value double precision,
        lower_limit double precision,
        upper_limit double precision,
        unit text NOT NULL,
        verdict text NOT NULL,
        PRIMARY KEY (canary_id, sequence, position, at)
      ) PARTITION BY RANGE (at);

      CREATE TABLE ${schema}.events (
        canary_id bigint NOT NULL,
        sequence integer NOT NULL,
        position smallint NOT NULL,
        at timestamptz NOT NULL,
        rollout_id text,
        type text NOT NULL,
        message text NOT NULL,
        PRIMARY KEY (canary_id, sequence, position, at)
      ) PARTITION BY RANGE (at);

      CREATE TABLE ${schema}.commands (
        id text PRIMARY KEY,
        canary_id bigint NOT NULL,
        cluster text NOT NULL,
        namespace text NOT NULL,
        name text NOT NULL,
        shard smallint NOT NULL,
        type text NOT NULL,
        rollout_id text,
        revision text,
        gate text,
        by text NOT NULL,
        why text NOT NULL,
        at timestamptz NOT NULL,
        outcome text,
        message text,
        answered_at timestamptz
      );
      CREATE INDEX commands_pending ON ${schema}.commands (cluster, shard) WHERE outcome IS NULL;
      CREATE INDEX commands_canary ON ${schema}.commands (canary_id, at DESC);

      -- The outbox.
      CREATE TABLE ${schema}.deliveries (
        canary_id bigint NOT NULL,
        sequence integer NOT NULL,
        position smallint NOT NULL,
        id text NOT NULL,
        cluster text NOT NULL,
        namespace text NOT NULL,
        name text NOT NULL,
        shard smallint NOT NULL,
        kind text NOT NULL,
        target json NOT NULL,
        payload json NOT NULL,
        created_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        error text,
        delivered_at timestamptz,
        given_up boolean NOT NULL DEFAULT false,
        PRIMARY KEY (canary_id, sequence, position)
      ) WITH (fillfactor = 80);
      CREATE INDEX deliveries_open ON ${schema}.deliveries (cluster, namespace, name, canary_id, sequence, position)
        WHERE delivered_at IS NULL AND NOT given_up;
      CREATE INDEX deliveries_id ON ${schema}.deliveries (id);

      CREATE TABLE ${schema}.promoted_templates (
        canary_id bigint NOT NULL,
        revision text NOT NULL,
        at timestamptz NOT NULL,
        target json NOT NULL,
        PRIMARY KEY (canary_id, revision)
      );
    `);
  },
};
