import type { Decision, Rollout } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';
import { formatTime } from '../format/formatTime';
import { Panel } from '../parts/Panel';
import { reachedWeight } from '../readSteps';
import { ChecksTable } from './ChecksTable';

/** The numbers of the last look before the rollback, what failed first. */
export function WhatWentWrong({ rollout, decisions }: { rollout: Rollout; decisions: Decision[] }) {
  const last = decisions.find((decision) => decision.checks.length > 0 && decision.verdict !== 'pass');
  if (last === undefined) {
    return null;
  }
  const checks = [...last.checks].sort((one, other) => Number(other.verdict === 'fail') - Number(one.verdict === 'fail'));
  const highest = Math.max(
    reachedWeight(rollout),
    ...decisions.map((decision) => decision.weight),
    ...decisions.map((decision) => decision.weightBefore),
  );
  return (
    <Panel title="What went wrong" note={`Last look, ${formatTime(last.at)}`}>
      <ChecksTable title="Check" checks={checks} versions={{ from: rollout.fromVersion ?? '', to: rollout.toVersion ?? '' }} />
      <dl className="av-stats">
        <Stat value={formatWeight(highest)} name="highest weight" />
        <Stat value={String(rollout.looks)} name={rollout.looks === 1 ? 'look' : 'looks'} />
        <Stat value={`${rollout.failedChecks} of ${rollout.threshold}`} name="failures used" />
      </dl>
    </Panel>
  );
}

function Stat({ value, name }: { value: string; name: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}
