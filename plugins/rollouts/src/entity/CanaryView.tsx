import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { CanaryKey, PastRollout } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';
import { formatTime } from '../format/formatTime';
import { engineTime } from '../live/engineClock';
import { Announcer } from '../parts/Announcer';
import { AnswerProblem, SupportDetails } from '../parts/AnswerProblem';
import { isForbidden } from '../parts/answerError';
import { NoPermission } from '../parts/NoPermission';
import { PHASES, shownPhase } from '../phases';
import { PlotsPanel } from '../plots/PlotsPanel';
import { VERDICTS } from '../verdicts';
import { CanaryLoading } from './CanaryLoading';
import { DecisionsPanel } from './DecisionsPanel';
import { EarlierBanner } from './EarlierBanner';
import { EarlierRollouts } from './EarlierRollouts';
import { EventsPanel } from './EventsPanel';
import { FailedBanner } from './FailedBanner';
import { GateCard } from './GateCard';
import { HowItFell } from './HowItFell';
import { RolloutCard } from './RolloutCard';
import { useCanary, type CanaryAnswer } from './useCanary';
import { useCommand } from './useCommand';
import { WhatServes } from './WhatServes';
import { WhatWentWrong } from './WhatWentWrong';

/** Everything about one Canary, live. An earlier rollout of it can be looked at too: its id stands in the address. */
export function CanaryView({ canaryKey }: { canaryKey: CanaryKey }) {
  const [params, setParams] = useSearchParams();
  const rolloutId = params.get('rollout');
  const asked = useCanary(canaryKey, rolloutId);
  const command = useCommand(canaryKey, asked.value?.rollout, asked.ask);
  const { value, error } = asked;
  const announcement = useAnnouncement(value);
  function look(id: string | null) {
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.delete('rollout');
      if (id !== null) {
        next.set('rollout', id);
      }
      return next;
    });
  }
  if (isForbidden(error)) {
    return <NoPermission of={canaryKey.name} />;
  }
  const meanwhile = `kubectl -n ${canaryKey.namespace} get canary ${canaryKey.name}`;
  if (value === undefined) {
    return error === undefined ? (
      <CanaryLoading />
    ) : (
      <>
        <AnswerProblem asked={asked} />
        <SupportDetails error={error} meanwhile={meanwhile} />
      </>
    );
  }
  const { rollout, clock, decisions, history } = value;
  const earlier = rolloutId === null || rolloutId === rollout.rolloutId ? undefined : history.find((past) => past.id === rolloutId);
  const isFailed = rollout.phase === 'Failed' && earlier === undefined;
  const plots = (
    <PlotsPanel
      rollout={rollout}
      earlier={earlier}
      decisions={decisions}
      clock={clock}
      answeredAt={asked.answeredAt}
      failing={error !== undefined}
    />
  );
  return (
    <>
      <Announcer text={announcement} />
      <AnswerProblem asked={asked} />
      {isFailed && <FailedBanner rollout={rollout} />}
      <RolloutCard
        answer={value}
        command={command}
        lastKnownAt={error === undefined ? null : asked.answeredAt}
        showsDecisions={earlier === undefined}
      />
      {rollout.gate !== null && error === undefined && <GateCard answer={value} command={command} />}
      {earlier !== undefined && <EarlierBanner past={earlier} now={engineTime(clock, clock.receivedAt)} onBack={() => look(null)} />}
      {isFailed ? (
        <div className="av-two av-seven-five">
          <div className="av-stack">
            <WhatWentWrong rollout={rollout} decisions={decisions} />
            {plots}
          </div>
          <div className="av-stack">
            <WhatServes rollout={rollout} />
            <HowItFell decisions={decisions} threshold={rollout.threshold} />
          </div>
        </div>
      ) : (
        plots
      )}
      <DecisionsPanel canaryKey={canaryKey} rollout={rollout} decisions={decisions} versions={versionsOf(value, earlier)} />
      <div className="av-two">
        <EventsPanel events={value.events} now={clock.reading.now} />
        <EarlierRollouts history={history} current={rollout.rolloutId} shown={earlier?.id ?? null} onLook={look} />
      </div>
      {error !== undefined && <SupportDetails error={error} meanwhile={meanwhile} />}
    </>
  );
}

function versionsOf({ rollout }: CanaryAnswer, earlier: PastRollout | undefined): { from: string; to: string } {
  const { fromVersion, toVersion } = earlier ?? rollout;
  return { from: fromVersion ?? '', to: toVersion ?? '' };
}

/** Phase and verdict changes as a sentence; empty until the first change. */
function useAnnouncement(value: CanaryAnswer | undefined): string {
  const [text, setText] = useState('');
  const before = useRef<string>();
  const rollout = value?.rollout;
  const latest = value?.decisions[0];
  const state = rollout && `${shownPhase(rollout)} ${rollout.verdict} ${rollout.looks} ${rollout.weight}`;
  useEffect(() => {
    if (rollout === undefined || before.current === state) {
      return;
    }
    if (before.current !== undefined) {
      const verdict = rollout.verdict === null ? '' : `, ${VERDICTS[rollout.verdict].label}`;
      const at = latest === undefined ? '' : `${formatTime(latest.at)}: `;
      setText(
        `${at}${rollout.key.name} ${PHASES[shownPhase(rollout)].label}, ${formatWeight(rollout.weight)}${verdict}. ${rollout.reason}`,
      );
    }
    before.current = state;
  }, [rollout, latest, state]);
  return text;
}
