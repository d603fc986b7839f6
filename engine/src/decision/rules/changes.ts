import type { Judgement } from '../Decision';
import { decide, wakeAt, type Pass } from '../Pass';
import type { RolloutState } from '../RolloutState';
import type { Situation } from '../Situation';

/**
 * What is different about the target since the last sync (facts §2.7): another template, other configs, or the
 * template set back to the one that was promoted.
 */
export type Change = 'none' | 'reverted' | 'template' | 'configs';

/** Compares the target with what the state last synced. An unreadable config is never a change (R4). */
export function seenChange(state: RolloutState, { target, configs }: Pick<Situation, 'target' | 'configs'>): Change {
  if (!target.present || target.revision === null) {
    return 'none';
  }
  if (target.revision !== state.appliedRevision) {
    return target.revision === state.promoted?.revision ? 'reverted' : 'template';
  }
  const isKnown = Object.values(configs).every((config) => config.state === 'seen');
  return isKnown && digestOf(seenConfigs(configs)) !== digestOf(state.trackedConfigs) ? 'configs' : 'none';
}

/** The checksums that were seen, as `status.trackedConfigs` has them. */
export function seenConfigs(configs: Situation['configs']): Record<string, string> {
  const checksums: Record<string, string> = {};
  for (const [ref, config] of Object.entries(configs)) {
    if (config.state === 'seen') {
      checksums[ref] = config.checksum;
    }
  }
  return checksums;
}

/** One text for a set of checksums, whatever their order. */
export function digestOf(configs: Record<string, string>): string {
  return Object.entries(configs)
    .map(([ref, checksum]) => `${ref}=${checksum}`)
    .sort()
    .join(',');
}

/**
 * R4: a change of configs alone waits a moment, so that one `kubectl apply` is one rollout. Null: waited long enough.
 */
export function quietTime(pass: Pass): Judgement | null {
  const digest = digestOf(seenConfigs(pass.situation.configs));
  const waiting = pass.state.configChange;
  if (waiting?.digest !== digest) {
    return decide(pass, {
      kind: 'notice',
      reason: 'Configs of the target changed; waiting a moment for the rest of the change.',
      state: { configChange: { digest, since: pass.now } },
      notBefore: 'keep',
    });
  }
  const until = waiting.since + pass.situation.settings.configQuietTime;
  if (pass.now < until) {
    wakeAt(pass, until);
    return idle(pass);
  }
  return null;
}

/** Nothing to say until one of the times that the rules named. */
export function idle(pass: Pass): Judgement {
  return { kind: 'idle', wakeAt: pass.wakes.length === 0 ? null : Math.min(...pass.wakes) };
}
