import { RiFlag2Line } from '@remixicon/react';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import { isTrafficStep, type StepState } from '../readSteps';
import { GateIcon } from './GateIcon';
import { stepName } from './stepName';

/** The step rail where there is little room: a bar of blocks and one line of words. */
export function BlockBar({ rollout, states, captions }: { rollout: Rollout; states: StepState[]; captions: string[] }) {
  const { plan } = rollout;
  return (
    <div className="av-blockbar">
      <div className="av-blockbar-track" aria-hidden>
        {plan.map((step, index) =>
          isTrafficStep(step) ? (
            <i key={index} className={`av-block av-${states[index]}`} />
          ) : (
            <span key={index} className={`av-block-gate av-${states[index]}`}>
              {step.kind === 'gate' ? <GateIcon state={states[index]} /> : <RiFlag2Line size={16} />}
            </span>
          ),
        )}
      </div>
      <div className="av-blockbar-words">
        <span>{hereText(rollout, states, captions)}</span>
        <span className="av-quiet">{nextText(rollout, states)}</span>
      </div>
    </div>
  );
}

function hereText({ plan }: Rollout, states: StepState[], captions: string[]): string {
  const here = states.findIndex((state) => ['current', 'holding', 'waiting', 'fell'].includes(state));
  if (here < 0) {
    return states.every((state) => state === 'ahead') ? 'Not started' : 'All steps done';
  }
  const step = plan[here];
  const caption = captions[here] === '' ? '' : `, ${captions[here]}`;
  if (!isTrafficStep(step)) {
    return states[here] === 'waiting' ? `Waiting at ${stepName(step)}` : `At ${stepName(step)}`;
  }
  const number = plan.slice(0, here + 1).filter(isTrafficStep).length;
  return `Step ${number} of ${plan.filter(isTrafficStep).length} · ${stepName(step)}${caption}`;
}

function nextText({ plan, phase }: Rollout, states: StepState[]): string {
  const gate = plan.find((step, index) => step.kind === 'gate' && states[index] === 'ahead');
  return gate === undefined || phase === 'Failed' ? '' : `then ${stepName(gate)}`;
}
