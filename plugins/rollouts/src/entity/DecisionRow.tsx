import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import type { CanaryKey, Decision, Rollout } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';
import { formatTime } from '../format/formatTime';
import { VerdictMark } from '../parts/VerdictMark';
import { decisionLook } from '../verdicts';
import { DecisionNumbers } from './DecisionNumbers';
import type { DecisionGroup } from './foldDecisions';

/** One decision, or several alike, and under it its numbers once it is unfolded. */
export function DecisionRow(props: {
  canaryKey: CanaryKey;
  rollout: Rollout;
  group: DecisionGroup;
  versions: { from: string; to: string };
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}) {
  const { canaryKey, rollout, group, versions, isOpen, onToggle } = props;
  const { decision } = group;
  const time = timeText(group);
  return (
    <>
      <tr className={isOpen ? 'av-open' : undefined}>
        <td className="av-w-fold">
          <button
            type="button"
            data-fold
            className="av-fold"
            aria-expanded={isOpen}
            aria-label={`Numbers of ${time}`}
            onClick={() => onToggle(!isOpen)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
                event.preventDefault();
                onToggle(event.key === 'ArrowRight');
              }
            }}
          >
            {isOpen ? <RiArrowDownSLine size={16} aria-hidden /> : <RiArrowRightSLine size={16} aria-hidden />}
          </button>
        </td>
        <td className="av-nowrap">{time}</td>
        <td className="av-nowrap">{weightText(decision, rollout)}</td>
        <td className="av-nowrap">
          <VerdictMark look={decisionLook(decision)} />
        </td>
        <td className="av-wrap av-full">
          {group.count > 1 && <span className="av-quiet">{`${group.count} times: `}</span>}
          {decision.reason}
        </td>
        <td className="av-right av-nowrap av-quiet av-end">{`${decision.failedChecks} of ${rollout.threshold}`}</td>
      </tr>
      {isOpen && (
        <tr className="av-unfolded">
          <td colSpan={6}>
            <DecisionNumbers canaryKey={canaryKey} decision={decision} versions={versions} />
          </td>
        </tr>
      )}
    </>
  );
}

function timeText({ decision, firstAt, count }: DecisionGroup): string {
  return count === 1 ? formatTime(decision.at) : `${formatTime(firstAt)} – ${formatTime(decision.at)}`;
}

function weightText(decision: Decision, rollout: Rollout): string {
  if (rollout.strategy !== 'canary' && decision.iterations > 0) {
    return `look ${decision.iterations}`;
  }
  return decision.weight === decision.weightBefore
    ? formatWeight(decision.weight)
    : `${decision.weightBefore} → ${formatWeight(decision.weight)}`;
}
