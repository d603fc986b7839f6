import type { Stage } from './Stage';

/**
 * What was decided about a Canary (in one rollout, when it is named), oldest first: `advance 20 pass`. Notices are left out: how often
 * people are told what is waited for depends on when events come; what is done must not.
 */
export async function decided(stage: Stage, namespace: string, name: string, rolloutId?: string): Promise<string[]> {
  const decisions = await stage.decisions(namespace, name, rolloutId);
  return decisions.filter(({ kind }) => kind !== 'notice').map(({ kind, weight, verdict }) => `${kind} ${weight} ${verdict ?? '-'}`);
}
