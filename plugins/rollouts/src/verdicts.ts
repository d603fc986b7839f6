import {
  RiArrowGoBackLine,
  RiArrowUpCircleLine,
  RiCheckLine,
  RiCloseLine,
  RiErrorWarningLine,
  RiFlag2Line,
  RiInformationLine,
  RiPauseLine,
  RiPlayLine,
  RiQuestionMark,
  RiShieldUserLine,
  RiSubtractLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import type { CheckResult, Decision } from '@aviary/plugin-rollouts-common';
import type { Tone } from './phases';

/** How a verdict, or a decision without one, is shown. */
export interface VerdictLook {
  label: string;
  tone: Tone;
  icon: RemixiconComponentType;
}

/** The verdict of a check. */
export const VERDICTS: Record<CheckResult['verdict'], VerdictLook> = {
  pass: { label: 'Pass', tone: 'done', icon: RiCheckLine },
  fail: { label: 'Fail', tone: 'failed', icon: RiCloseLine },
  noData: { label: 'No data', tone: 'idle', icon: RiQuestionMark },
  error: { label: 'Error', tone: 'waiting', icon: RiErrorWarningLine },
  notAsked: { label: 'Not asked', tone: 'idle', icon: RiSubtractLine },
};

const KINDS: Record<string, VerdictLook> = {
  initialise: { label: 'Set up', tone: 'idle', icon: RiPlayLine },
  initialised: { label: 'Ready', tone: 'idle', icon: RiPlayLine },
  import: { label: 'Taken over', tone: 'idle', icon: RiPlayLine },
  start: { label: 'Start', tone: 'idle', icon: RiPlayLine },
  restart: { label: 'Restart', tone: 'idle', icon: RiPlayLine },
  ready: { label: 'Start', tone: 'idle', icon: RiPlayLine },
  advance: { label: 'Advance', tone: 'idle', icon: RiPlayLine },
  hold: { label: 'Hold', tone: 'waiting', icon: RiPauseLine },
  wait: { label: 'Wait', tone: 'waiting', icon: RiShieldUserLine },
  pause: { label: 'Pause', tone: 'waiting', icon: RiPauseLine },
  resume: { label: 'Resume', tone: 'idle', icon: RiPlayLine },
  promote: { label: 'Promote', tone: 'moving', icon: RiArrowUpCircleLine },
  shift: { label: 'Shift', tone: 'moving', icon: RiArrowUpCircleLine },
  finalise: { label: 'Finalise', tone: 'moving', icon: RiFlag2Line },
  succeed: { label: 'Promoted', tone: 'done', icon: RiCheckLine },
  rollback: { label: 'Roll back', tone: 'failed', icon: RiArrowGoBackLine },
  fail: { label: 'Failed', tone: 'failed', icon: RiCloseLine },
  cancel: { label: 'Cancelled', tone: 'idle', icon: RiSubtractLine },
  closed: { label: 'Closed', tone: 'idle', icon: RiFlag2Line },
  terminate: { label: 'Terminate', tone: 'idle', icon: RiSubtractLine },
  invalid: { label: 'Invalid', tone: 'failed', icon: RiErrorWarningLine },
};

const NOTICE: VerdictLook = { label: 'Note', tone: 'idle', icon: RiInformationLine };

/** The verdict of a decision's look; a decision that judged nothing is shown by what it was. */
export function decisionLook(decision: Pick<Decision, 'verdict' | 'kind'>): VerdictLook {
  return decision.verdict === null ? (KINDS[decision.kind] ?? NOTICE) : VERDICTS[decision.verdict];
}
