import type { RolloutEvent } from '@aviary/plugin-rollouts-common';

/** Events of one rollout that differ in numbers only, shown as the newest of them. */
export interface EventGroup {
  event: RolloutEvent;
  count: number;
}

/**
 * Folds events that read the same but for their numbers, such as every advance of the weight, into the newest of them; a rollout's
 * events are not mixed with another's. Newest first, before and after.
 */
export function foldEvents(events: RolloutEvent[]): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const event of events) {
    const likeness = `${event.rolloutId} ${event.type} ${event.message.replace(/\d+(\.\d+)*/g, '#')}`;
    const group = groups.get(likeness);
    if (group === undefined) {
      groups.set(likeness, { event, count: 1 });
    } else {
      group.count++;
    }
  }
  return [...groups.values()];
}
