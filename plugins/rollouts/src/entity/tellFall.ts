import type { Decision } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';
import { RiCloseCircleLine } from '@remixicon/react';
import { decisionLook, VERDICTS, type VerdictLook } from '../verdicts';

/** One moment of the way down. */
export interface FallMoment {
  at: number;
  look: VerdictLook;
  text: string;
  note?: string;
}

const MOST_MOMENTS = 8;

/**
 * The way from the last step that stood to the end of the rollout: when its weight was reached, every look that did not pass, the
 * rollback and what followed. Oldest first; what only says the same again is left out. Failed looks in the middle are told in one line when there are many.
 *
 * @param decisions newest first
 * @param threshold failures allowed
 */
export function tellFall(decisions: Decision[], threshold: number): FallMoment[] {
  const told = [...decisions].reverse();
  const climb = told.findLastIndex((decision) => decision.weight > decision.weightBefore);
  const all = told.slice(Math.max(0, climb)).flatMap((decision, index) => {
    if (index === 0 && climb >= 0) {
      return [
        {
          at: decision.at,
          look: decisionLook({ verdict: null, kind: 'promote' }),
          text: `Weight reached ${formatWeight(decision.weight)}`,
        },
      ];
    }
    return decision.verdict === 'pass' ? [] : [toMoment(decision, threshold)];
  });
  const moments = all.filter((moment, index) => index === 0 || moment.text !== all[index - 1].text);
  if (moments.length <= MOST_MOMENTS) {
    return moments;
  }
  const left = moments.length - (MOST_MOMENTS - 1);
  const skipped: FallMoment = { at: moments[2].at, look: decisionLook({ verdict: null, kind: 'hold' }), text: `${left} more until then` };
  return [...moments.slice(0, 2), skipped, ...moments.slice(2 + left)];
}

function toMoment(decision: Decision, threshold: number): FallMoment {
  const isEnd = decision.kind === 'rollback' || decision.kind === 'fail';
  const look = decision.verdict === 'fail' ? { ...VERDICTS.fail, icon: RiCloseCircleLine } : decisionLook(decision);
  return {
    at: decision.at,
    look: isEnd ? decisionLook({ verdict: null, kind: decision.kind }) : look,
    text: decision.reason,
    ...(decision.verdict === 'fail' &&
      !isEnd &&
      !decision.reason.includes('failures used') && { note: `${decision.failedChecks} of ${threshold} failures used` }),
  };
}
