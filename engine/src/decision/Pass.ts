import type { Routes } from '@aviary/provider-contract';
import type { AnalysisSpec, CanarySpec, Phase } from '../canary/Canary';
import { effectiveAnalysis } from '../canary/strategyOf';
import { converge } from './converge';
import type { CheckResult, Decision, DecisionKind, Judgement, Verdict } from './Decision';
import type { Answer } from './Question';
import type { Desired, RolloutProgress, RolloutState } from './RolloutState';
import type { Situation } from './Situation';
import { promotedCondition } from './promotedCondition';
import { dueAt } from './timing';
import { namesOf, type Names } from './words';

/** All traffic on the primary. */
export const HOME: Routes = { primary: 100, canary: 0, mirror: false };

/** One call of `judge`: what the rules read, and the earliest time at which one of them would speak again. */
export interface Pass {
  readonly situation: Situation;
  readonly state: RolloutState;
  readonly spec: CanarySpec;
  /** The analysis as it runs on this router. */
  readonly analysis: AnalysisSpec;
  readonly names: Names;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly now: number;
  /** Whether the desired world is seen, now and since `confirmedAt`. Otherwise the rollout is open: only safer decisions. */
  readonly confirmed: boolean;
  /** Collected by the rules with `wakeAt`. */
  readonly wakes: number[];
}

/** A rule answers or lets the next one speak. */
export type Rule = (pass: Pass) => Judgement | null;

/** What a rule decides; everything left out stays as it is. */
export interface Draft {
  kind: DecisionKind;
  reason: string;
  phase?: Phase;
  stage?: RolloutState['stage'];
  desired?: Partial<Desired>;
  /** Changes to the running rollout, or a new one. */
  rollout?: Partial<RolloutProgress>;
  newRollout?: RolloutProgress;
  state?: Partial<
    Pick<
      RolloutState,
      | 'promoted'
      | 'trackedConfigs'
      | 'lastAppliedSpec'
      | 'lastPromotedSpec'
      | 'appliedRevision'
      | 'configChange'
      | 'notReadySince'
      | 'notices'
      | 'adoptedFences'
    >
  >;
  /** Earliest time of the next timed decision. Left out: the stage's own wait after confirmation. `keep`: as it was. */
  notBefore?: number | 'keep';
  verdict?: Verdict;
  checks?: CheckResult[];
  events?: Decision['events'];
  alerts?: Decision['alerts'];
  answers?: Decision['answers'];
}

/** Begins a pass over a situation whose state is known. */
export function beginPass(situation: Situation, state: RolloutState, answers: readonly Answer[]): Pass {
  const { spec } = situation.canary;
  const withState = situation.state === state ? situation : { ...situation, state };
  return {
    situation: withState,
    state,
    spec,
    analysis: effectiveAnalysis(spec.analysis, situation.abilities),
    names: namesOf(situation),
    answers: new Map(answers.map((answer) => [answer.id, answer])),
    now: situation.now,
    confirmed: situation.confirmedAt !== null && converge(state.desired, withState).confirmed,
    wakes: [],
  };
}

/** Nothing to say before `time`, unless something changes. */
export function wakeAt(pass: Pass, time: number | null): null {
  if (time !== null && time > pass.now) {
    pass.wakes.push(time);
  }
  return null;
}

/** Makes a decision from a draft: next state, next sequence, time of the last transition. */
export function decide(pass: Pass, draft: Draft): Judgement {
  const { state, situation, now } = pass;
  const rollout = draft.newRollout ?? (state.rollout && draft.rollout ? { ...state.rollout, ...draft.rollout } : state.rollout);
  const next: RolloutState = {
    ...state,
    ...draft.state,
    phase: draft.phase ?? state.phase,
    stage: draft.stage ?? state.stage,
    sequence: state.sequence + 1,
    desired: { ...state.desired, ...draft.desired },
    rollout,
    notices: currentNotices(draft.state?.notices ?? state.notices, situation),
    noticedAt: {},
    notBefore: draft.notBefore === 'keep' ? (dueAt(situation, state) ?? state.notBefore) : (draft.notBefore ?? null),
  };
  for (const [key, text] of Object.entries(next.notices)) {
    next.noticedAt[key] = state.notices[key] === text ? (state.noticedAt[key] ?? now) : now;
  }
  next.lastTransitionAt = isTransition(state, next) ? now : state.lastTransitionAt;
  next.conditionSince = conditionSince(state, next, now);
  return {
    kind: 'decide',
    decision: {
      kind: draft.kind,
      state: next,
      verdict: draft.verdict ?? null,
      checks: draft.checks ?? [],
      events: draft.events ?? [],
      alerts: draft.alerts ?? [],
      reason: draft.reason,
      answers: draft.answers ?? [],
    },
  };
}

/** Forgets notices about actions that succeed by now, so that a later failure is told again. */
function currentNotices(notices: Record<string, string>, { outcomes }: Situation): Record<string, string> {
  const failing = new Set(outcomes.map((outcome) => `action:${outcome.key}`));
  return Object.fromEntries(Object.entries(notices).filter(([key]) => !key.startsWith('action:') || failing.has(key)));
}

function conditionSince(before: RolloutState, after: RolloutState, now: number): RolloutState['conditionSince'] {
  const was = promotedCondition(before, '');
  const is = promotedCondition(after, '');
  return {
    status: was.status === is.status ? before.conditionSince.status : now,
    reason: was.status === is.status && was.reason === is.reason ? before.conditionSince.reason : now,
  };
}

function isTransition(before: RolloutState, after: RolloutState): boolean {
  return (
    before.sequence === 0 ||
    before.phase !== after.phase ||
    before.rollout?.weight !== after.rollout?.weight ||
    before.rollout?.iterations !== after.rollout?.iterations ||
    before.rollout?.failedChecks !== after.rollout?.failedChecks ||
    before.rollout?.id !== after.rollout?.id
  );
}

/** `notices` with one more, or without it when the text is null. */
export function noticed(notices: Record<string, string>, key: string, text: string | null): Record<string, string> {
  const { [key]: _, ...others } = notices;
  return text === null ? others : { ...others, [key]: text };
}

/**
 * Whether a text that changes with every pod is news: on entry, and after that once per interval (R9). When it is not
 * yet, the pass wakes up for it.
 */
export function isNews(pass: Pass, key: string, text: string): boolean {
  const { state, analysis, now } = pass;
  if (state.notices[key] === undefined) {
    return true;
  }
  const again = (state.noticedAt[key] ?? 0) + analysis.interval;
  if (state.notices[key] !== text) {
    wakeAt(pass, again);
  }
  return state.notices[key] !== text && now >= again;
}

/** A Warning event in the making. */
export function warning(message: string): Decision['events'][number] {
  return { type: 'Warning', message };
}

/** A Normal event in the making. */
export function normal(message: string): Decision['events'][number] {
  return { type: 'Normal', message };
}

/** The rollout of a pass in a stage that has one. */
export function rolloutOf(pass: Pass): RolloutProgress {
  if (pass.state.rollout === null) {
    throw new Error(`State of ${pass.names.canary} is in stage ${pass.state.stage} without a rollout; the stored state is damaged.`);
  }
  return pass.state.rollout;
}
