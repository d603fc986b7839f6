import { useState } from 'react';
import { RiArrowGoBackLine, RiCheckLine, RiShieldUserLine } from '@remixicon/react';
import { Box, TextAreaField } from '@backstage/ui';
import type { CommandType, Rollout } from '@aviary/plugin-rollouts-common';
import { formatAge } from '../format/formatDuration';
import { formatMoment } from '../format/formatTime';
import { useEngineNow } from '../live/useEngineNow';
import { BlockableButton } from '../parts/BlockableButton';
import { TrafficBar } from '../parts/TrafficBar';
import { gateTexts } from './gateTexts';
import type { CanaryAnswer } from './useCanary';
import type { Command } from './useCommand';
import { WhyBlocked } from './WhyBlocked';

/** Asks a person to open or to refuse the gate that holds the rollout, and shows what either would do. */
export function GateCard({ answer, command }: { answer: CanaryAnswer; command: Command }) {
  const { rollout, actions, clock, decisions } = answer;
  const [why, setWhy] = useState('');
  const now = useEngineNow(clock);
  const gate = rollout.gate;
  if (gate === null) {
    return null;
  }
  const texts = gateTexts(gate.type, rollout);
  const versions = { from: rollout.fromVersion ?? '', to: rollout.toVersion ?? '' };
  const looks = decisions.filter((decision) => decision.verdict !== null && decision.rolloutId === rollout.rolloutId);
  const passed = looks.filter((decision) => decision.verdict === 'pass').length;
  return (
    <Box as="section" bg="neutral" className="av-card" aria-label={`Gate ${gate.name}`}>
      <div className="av-card-head">
        <RiShieldUserLine size={20} className="av-mark-waiting" aria-hidden />
        <h2>{texts.question}</h2>
        <span className="av-note">Gate {gate.name}</span>
      </div>
      <div className="av-gate-body">
        <dl className="av-gate-facts">
          <Fact name="Held" value={`since ${formatMoment(gate.since, now)}, ${formatAge(now - gate.since)}`} />
          <Fact
            name="Opens"
            value={
              gate.type === gate.name
                ? `when someone approves, or its webhook does`
                : `when someone approves, or the ${gate.type} webhook does`
            }
          />
          {looks.length > 0 && <Fact name="Looks" value={`${passed} of ${looks.length} passed`} />}
          <Fact name="Failures" value={`${rollout.failedChecks} of ${rollout.threshold} used`} />
        </dl>
        <div className="av-gate-answer">
          <div className="av-compare">
            <span>Now</span>
            <TrafficBar {...versions} weight={rollout.weight} />
            <span>If approved</span>
            <TrafficBar {...versions} weight={texts.approvedWeight} note={texts.approvedNote} />
            <span>If rejected</span>
            <TrafficBar {...versions} weight={0} note=", at once" />
          </div>
          <TextAreaField
            label="Reason"
            secondaryLabel="kept in the record; required to reject"
            placeholder="What did you look at?"
            rows={2}
            value={why}
            onChange={setWhy}
          />
          <div className="av-actions">
            <BlockableButton
              variant="primary"
              iconStart={<RiCheckLine />}
              isPending={command.isSending}
              blocked={blockedBy('approve', rollout, actions)}
              onPress={() => command.send('approve', why.trim())}
            >
              {texts.approve}
            </BlockableButton>
            <BlockableButton
              variant="secondary"
              className={actions.includes('reject') ? 'av-danger-quiet' : undefined}
              iconStart={<RiArrowGoBackLine />}
              isPending={command.isSending}
              blocked={
                blockedBy('reject', rollout, actions) ?? (why.trim() === '' ? 'Say why first: the reason is kept in the record' : undefined)
              }
              onPress={() => command.send('reject', why.trim())}
            >
              {texts.reject}
            </BlockableButton>
          </div>
        </div>
      </div>
    </Box>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function blockedBy(type: CommandType, rollout: Rollout, actions: CommandType[]) {
  return actions.includes(type) ? undefined : <WhyBlocked type={type} rollout={rollout} />;
}
