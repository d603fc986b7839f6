import { useState } from 'react';
import { RiArrowGoBackLine, RiLinkM, RiMore2Line, RiPauseLine, RiPlayLine, RiRefreshLine, RiSkipForwardLine } from '@remixicon/react';
import { ButtonIcon, Menu, MenuItem, MenuTrigger } from '@backstage/ui';
import type { CommandType, Rollout } from '@aviary/plugin-rollouts-common';
import { isRunning } from '../phases';
import { BlockableButton } from '../parts/BlockableButton';
import { ActionDialog, type ConfirmedAction } from './ActionDialog';
import type { CanaryAnswer } from './useCanary';
import type { Command } from './useCommand';
import { WhyBlocked } from './WhyBlocked';

/** What one may do about the rollout. What cannot be done now stays in place and says why. */
export function RolloutActions(props: { answer: CanaryAnswer; command: Command; isStale: boolean }) {
  const { answer, command, isStale } = props;
  const { rollout, actions } = answer;
  const [asking, setAsking] = useState<ConfirmedAction | null>(null);
  const running = isRunning(rollout);
  function blocked(type: CommandType) {
    if (isStale) {
      return 'Not possible while the rollouts API does not answer';
    }
    return actions.includes(type) ? undefined : <WhyBlocked type={type} rollout={rollout} />;
  }
  const steer = rollout.paused === null ? 'pause' : 'resume';
  return (
    <div className="av-actions">
      {running && (
        <BlockableButton
          variant="secondary"
          iconStart={steer === 'pause' ? <RiPauseLine /> : <RiPlayLine />}
          blocked={blocked(steer)}
          isPending={command.isSending}
          onPress={() => command.send(steer, '')}
        >
          {steer === 'pause' ? 'Pause' : 'Resume'}
        </BlockableButton>
      )}
      {rollout.phase === 'Progressing' && (
        <BlockableButton
          variant="secondary"
          iconStart={<RiSkipForwardLine />}
          blocked={blocked('promote')}
          onPress={() => setAsking('promote')}
        >
          Promote…
        </BlockableButton>
      )}
      {rollout.phase === 'Failed' && (
        <BlockableButton variant="primary" iconStart={<RiRefreshLine />} blocked={blocked('retry')} onPress={() => setAsking('retry')}>
          Retry…
        </BlockableButton>
      )}
      <MenuTrigger>
        <ButtonIcon variant="secondary" icon={<RiMore2Line />} aria-label="More rollout actions" />
        <Menu className="aviary-overlay" placement="bottom end">
          <MenuItem iconStart={<RiLinkM />} onAction={() => copyLink(rollout)}>
            Copy link
          </MenuItem>
          {actions.includes('adopt') ? (
            <MenuItem iconStart={<RiPlayLine />} onAction={() => setAsking('adopt')}>
              Adopt…
            </MenuItem>
          ) : null}
          {running ? (
            <MenuItem iconStart={<RiArrowGoBackLine />} color="danger" onAction={() => setAsking('abort')}>
              Abort…
            </MenuItem>
          ) : null}
        </Menu>
      </MenuTrigger>
      {asking !== null && (
        <ActionDialog
          action={asking}
          rollout={rollout}
          blocked={blocked(asking)}
          onConfirm={(why) => command.send(asking, why)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

function copyLink(rollout: Rollout) {
  const address = new URL(window.location.href);
  if (rollout.rolloutId !== null) {
    address.searchParams.set('rollout', rollout.rolloutId);
  }
  void navigator.clipboard.writeText(address.toString());
}
