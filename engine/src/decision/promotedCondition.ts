import type { Phase } from '../canary/Canary';
import type { RolloutState } from './RolloutState';

/** Flagger's condition `Promoted` without its times (facts §2.1). */
export interface PromotedCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** What the condition `Promoted` says in a state; `kind` is the target's, for the texts. */
export function promotedCondition({ phase, stage }: Pick<RolloutState, 'phase' | 'stage'>, kind: string): PromotedCondition {
  if (stage === 'unhealthyPrimary') {
    const message = 'Promotion failed, the primary is not ready; the canary keeps the traffic until it is.';
    return { status: 'False', reason: 'PrimaryUnhealthy', message };
  }
  const [status, message] = CONDITIONS[phase] ?? (['Unknown', `New ${kind} detected, starting initialization.`] as const);
  return { status, reason: phase, message: message.replace('<Kind>', kind) };
}

const CONDITIONS: Partial<Record<Phase, readonly ['True' | 'False' | 'Unknown', string]>> = {
  Initialized: ['True', '<Kind> initialization completed.'],
  Waiting: ['Unknown', 'Waiting for approval.'],
  WaitingPromotion: ['Unknown', 'Waiting for approval.'],
  Progressing: ['Unknown', 'New revision detected, progressing canary analysis.'],
  Promoting: ['Unknown', 'Canary analysis completed, starting primary rolling update.'],
  Finalising: ['Unknown', 'Canary analysis completed, routing all traffic to primary.'],
  Succeeded: ['True', 'Canary analysis completed successfully, promotion finished.'],
  Failed: ['False', 'Canary analysis failed, <Kind> scaled to zero.'],
};
