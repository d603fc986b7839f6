import {
  RiArrowUpCircleLine,
  RiCheckboxBlankCircleLine,
  RiCheckboxCircleLine,
  RiCloseCircleLine,
  RiDeleteBinLine,
  RiErrorWarningLine,
  RiFlag2Line,
  RiForbidLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiProgress4Line,
  RiShieldUserLine,
  RiUserReceivedLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import type { Phase, Rollout } from '@aviary/plugin-rollouts-common';

/** The five tones of the plugin; each has a text, a tint and a mark colour in `tokens.css`. */
export type Tone = 'moving' | 'waiting' | 'failed' | 'done' | 'idle';

/** A phase as people see it: `Paused` is a command and `Invalid` a Canary that cannot be acted on, not Flagger's phases. */
export type ShownPhase = Phase | 'Paused' | 'Invalid';

/** How one phase is shown everywhere: never by its colour alone. */
export interface PhaseLook {
  label: string;
  tone: Tone;
  icon: RemixiconComponentType;
}

/** The only source of labels, tones and icons of phases. */
export const PHASES: Record<ShownPhase, PhaseLook> = {
  Initializing: { label: 'Initializing', tone: 'idle', icon: RiLoader4Line },
  Initialized: { label: 'Initialized', tone: 'idle', icon: RiCheckboxBlankCircleLine },
  Waiting: { label: 'Waiting to start', tone: 'waiting', icon: RiUserReceivedLine },
  Progressing: { label: 'Progressing', tone: 'moving', icon: RiProgress4Line },
  Paused: { label: 'Paused', tone: 'waiting', icon: RiPauseCircleLine },
  Invalid: { label: 'Invalid', tone: 'waiting', icon: RiErrorWarningLine },
  WaitingPromotion: { label: 'Waiting to promote', tone: 'waiting', icon: RiShieldUserLine },
  Promoting: { label: 'Promoting', tone: 'moving', icon: RiArrowUpCircleLine },
  Finalising: { label: 'Finalising', tone: 'moving', icon: RiFlag2Line },
  Succeeded: { label: 'Succeeded', tone: 'done', icon: RiCheckboxCircleLine },
  Failed: { label: 'Failed', tone: 'failed', icon: RiCloseCircleLine },
  Terminating: { label: 'Terminating', tone: 'idle', icon: RiDeleteBinLine },
  Terminated: { label: 'Terminated', tone: 'idle', icon: RiForbidLine },
};

const RUNNING: ReadonlySet<Phase> = new Set(['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Finalising']);

/** Whether a rollout is under way: neither ended nor waiting for the first new version. */
export function isRunning(rollout: Pick<Rollout, 'phase'>): boolean {
  return RUNNING.has(rollout.phase);
}

/** The phase to show: a pause hides what is paused, and what is wrong with a Canary hides everything. */
export function shownPhase(rollout: Pick<Rollout, 'phase' | 'paused' | 'valid'>): ShownPhase {
  if (!rollout.valid) return 'Invalid';
  return rollout.paused !== null && isRunning(rollout) ? 'Paused' : rollout.phase;
}

/** Whether the last look kept the weight where it was: what people call holding. */
export function isHolding(rollout: Pick<Rollout, 'phase' | 'paused' | 'verdict' | 'gate'>): boolean {
  return rollout.phase === 'Progressing' && rollout.paused === null && (rollout.gate !== null || isBad(rollout.verdict));
}

function isBad(verdict: Rollout['verdict']): boolean {
  return verdict !== null && verdict !== 'pass';
}
