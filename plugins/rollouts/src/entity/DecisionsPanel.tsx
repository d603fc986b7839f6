import { memo, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { RiFilter3Line } from '@remixicon/react';
import { Button, ToggleButton } from '@backstage/ui';
import type { CanaryKey, Decision, Rollout } from '@aviary/plugin-rollouts-common';
import { Panel } from '../parts/Panel';
import { DecisionRow } from './DecisionRow';
import { foldDecisions } from './foldDecisions';

const FIRST_ROWS = 20;

/** Every decision of the rollout, newest first, looks that came out alike folded; each row unfolds to its numbers. */
export const DecisionsPanel = memo(Decisions);

function Decisions(props: { canaryKey: CanaryKey; rollout: Rollout; decisions: Decision[]; versions: { from: string; to: string } }) {
  const { canaryKey, rollout, decisions, versions } = props;
  const [isFailedOnly, setFailedOnly] = useState(false);
  const [isAll, setAll] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const table = useRef<HTMLTableElement>(null);
  const groups = useMemo(
    () => foldDecisions(isFailedOnly ? decisions.filter(({ verdict, kind }) => isBad(verdict, kind)) : decisions),
    [decisions, isFailedOnly],
  );
  const shown = isAll ? groups : groups.slice(0, FIRST_ROWS);
  function unfold(sequence: number, isOpen: boolean) {
    setOpen((before) => {
      const next = new Set(before);
      next[isOpen ? 'add' : 'delete'](sequence);
      return next;
    });
  }
  return (
    <Panel
      title="Decisions"
      note="Every look, newest first"
      actions={
        <ToggleButton className="av-quiet-toggle" iconStart={<RiFilter3Line />} isSelected={isFailedOnly} onChange={setFailedOnly}>
          Failed only
        </ToggleButton>
      }
    >
      {shown.length === 0 ? (
        <p className="av-nothing">{isFailedOnly ? 'No look has failed.' : 'Nothing has been decided yet.'}</p>
      ) : (
        <table ref={table} className="av-table av-stacked av-decisions" onKeyDown={(event) => moveBetweenRows(event, table.current)}>
          <thead>
            <tr>
              <th className="av-w-fold">
                <span className="av-hidden">Numbers</span>
              </th>
              <th className="av-w-moment">Time</th>
              <th className="av-w-weight">Weight</th>
              <th className="av-w-verdict">Verdict</th>
              <th>Reason</th>
              <th className="av-right av-w-failures">Failures</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <DecisionRow
                key={group.firstSequence}
                canaryKey={canaryKey}
                rollout={rollout}
                group={group}
                versions={versions}
                isOpen={open.has(group.firstSequence)}
                onToggle={(isOpen) => unfold(group.firstSequence, isOpen)}
              />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < groups.length && (
        <div className="av-more">
          <Button variant="tertiary" onPress={() => setAll(true)}>{`Show all ${groups.length}`}</Button>
        </div>
      )}
    </Panel>
  );
}

function isBad(verdict: Decision['verdict'], kind: string): boolean {
  return verdict === 'fail' || verdict === 'error' || kind === 'rollback' || kind === 'fail';
}

/** Up and Down go from row to row; Right and Left, which unfold and fold, are the rows' own. */
function moveBetweenRows(event: KeyboardEvent, table: HTMLTableElement | null) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') {
    return;
  }
  const buttons = [...(table?.querySelectorAll<HTMLElement>('[data-fold]') ?? [])];
  const at = buttons.indexOf(event.target as HTMLElement);
  const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at >= 0 && next !== undefined) {
    event.preventDefault();
    next.focus();
  }
}
