import type { RolloutRow } from '@aviary/engine/store';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import type { BindingTable } from '../binding/BindingTable';

/** A row of the ledger with what the catalogue knows of it. */
export function toRollout(row: RolloutRow, bindings: BindingTable): Rollout {
  const { entityRef, owners } = bindings.bindingOf(row.key);
  return { ...row, entityRef, owner: owners[0] ?? null };
}
