import { useApi } from '@backstage/frontend-plugin-api';
import {
  formatCanaryRef,
  type CanaryKey,
  type CommandType,
  type Decision,
  type PastRollout,
  type Rollout,
  type RolloutEvent,
} from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';
import { browserTime, type EngineClock } from '../live/engineClock';
import { useAsked, type Asked } from '../live/useAsked';
import { useRolloutSignals } from '../live/useRolloutSignals';

/** Everything that the view of one Canary shows, asked for together. */
export interface CanaryAnswer {
  rollout: Rollout;
  clock: EngineClock;
  /** What this person may tell the engine now. */
  actions: CommandType[];
  /** Of the rollout asked for, newest first. */
  decisions: Decision[];
  events: RolloutEvent[];
  history: PastRollout[];
}

const MOST_DECISIONS = 200;
const MOST_EVENTS = 50;
const EARLIER_ROLLOUTS = 10;

/**
 * Asks for one Canary and keeps the answer fresh.
 *
 * @param rolloutId an earlier rollout whose decisions are wanted; null for the running or last one
 */
export function useCanary(key: CanaryKey, rolloutId: string | null): Asked<CanaryAnswer> {
  const api = useApi(rolloutsApiRef);
  const ref = formatCanaryRef(key);
  const every = useRolloutSignals((changed) => changed === ref && asked.askSoon());
  const asked = useAsked<CanaryAnswer>({
    question: `${ref} ${rolloutId ?? ''}`,
    every,
    ask: async () => {
      const [{ rollout, clock, actions }, decisions, events, history] = await Promise.all([
        api.get(key),
        api.decisions(key, { limit: MOST_DECISIONS, ...(rolloutId !== null && { rolloutId }) }),
        api.events(key, MOST_EVENTS),
        api.history(key, { limit: EARLIER_ROLLOUTS }),
      ]);
      return {
        rollout,
        clock: { reading: clock, receivedAt: Date.now() },
        actions,
        decisions: decisions.items,
        events: events.items,
        history: history.items,
      };
    },
    expectChangeAt: ({ rollout, clock }) => (rollout.dueAt === null ? null : browserTime(clock, rollout.dueAt)),
  });
  return asked;
}
