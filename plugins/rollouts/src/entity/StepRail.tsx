import { RiFlag2Line } from '@remixicon/react';
import { VisuallyHidden } from '@backstage/ui';
import type { Decision, PlanStep, Rollout } from '@aviary/plugin-rollouts-common';
import { useWidth } from '../live/useWidth';
import { PHASES, shownPhase } from '../phases';
import { readSteps, type StepState } from '../readSteps';
import { BlockBar } from './BlockBar';
import { GateIcon } from './GateIcon';
import { railCaptions } from './railCaptions';

const ASSUMED_WIDTH = 1_100;
const NARROWEST = 600;
const CLOSEST = 40;
const NODE = 28;
const CAPTION_CHARACTER = 6.8;
const CAPTION_GAP = 10;

const SAID: Record<StepState, string> = {
  done: 'done',
  current: 'now',
  holding: 'holding here',
  fell: 'fell here',
  passed: 'passed',
  waiting: 'waiting here',
  ahead: 'to come',
};

/** The way of the rollout: circles are steps, squares are gates. Folds to a bar of blocks where there is no room for all of them. */
export function StepRail({ rollout, decisions, now }: { rollout: Rollout; decisions: Decision[]; now: number | null }) {
  const [measure, width] = useWidth(ASSUMED_WIDTH);
  const states = readSteps(rollout);
  const spacing = width / Math.max(1, rollout.plan.length - 1);
  const captions = railCaptions(rollout, states, decisions, now, spacing);
  return (
    <div ref={measure} className="av-rail-room">
      {width < NARROWEST || spacing < CLOSEST ? (
        <BlockBar rollout={rollout} states={states} captions={captions} />
      ) : (
        <ol className={`av-rail av-rail-${railTone(rollout)}`} aria-label="Steps">
          {rollout.plan.map((step, index) => (
            <li
              key={index}
              className={`av-step av-${states[index]} ${step.kind === 'gate' ? 'av-gate' : ''}`}
              style={{ minWidth: roomOf(captions, index) }}
              aria-current={isHere(states[index]) ? 'step' : undefined}
            >
              <span className="av-node">
                <StepContent step={step} state={states[index]} />
              </span>
              {index < rollout.plan.length - 1 && <span className={`av-line ${isBehind(states[index]) ? 'av-lit' : ''}`} />}
              <span className="av-caption">{captions[index]}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function StepContent({ step, state }: { step: PlanStep; state: StepState }) {
  switch (step.kind) {
    case 'weight':
      return (
        <>
          {step.weight}
          <VisuallyHidden> %, {SAID[state]}</VisuallyHidden>
        </>
      );
    case 'iteration':
      return (
        <>
          <VisuallyHidden>look </VisuallyHidden>
          {step.iteration}
          <VisuallyHidden>, {SAID[state]}</VisuallyHidden>
        </>
      );
    case 'gate':
      return (
        <>
          <GateIcon state={state} />
          <VisuallyHidden>{`gate ${step.name}, ${SAID[state]}`}</VisuallyHidden>
        </>
      );
    default:
      return (
        <>
          <RiFlag2Line size={16} aria-hidden />
          <VisuallyHidden>promotion, {SAID[state]}</VisuallyHidden>
        </>
      );
  }
}

/** Pixels from this step to the next that their captions need. The first caption begins at its step, others are centred under theirs. */
function roomOf(captions: string[], index: number): number {
  const own = captions[index].length * CAPTION_CHARACTER;
  const next = (captions[index + 1] ?? '').length * CAPTION_CHARACTER;
  const right = index === 0 ? own - NODE / 2 : own / 2;
  const left = index === captions.length - 2 ? next - NODE / 2 : next / 2;
  return captions[index] === '' || next === 0 ? NODE : Math.max(NODE, right + left + CAPTION_GAP);
}

function railTone(rollout: Rollout): string {
  const { tone } = PHASES[shownPhase(rollout)];
  return tone === 'failed' ? 'idle' : (tone === 'done' && 'done') || 'moving';
}

function isHere(state: StepState): boolean {
  return state === 'current' || state === 'holding' || state === 'waiting' || state === 'fell';
}

function isBehind(state: StepState): boolean {
  return state === 'done' || state === 'passed';
}
