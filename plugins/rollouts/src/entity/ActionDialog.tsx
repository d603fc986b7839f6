import { useState, type ReactNode } from 'react';
import { Button, Dialog, DialogBody, DialogFooter, DialogHeader, TextAreaField } from '@backstage/ui';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import { BlockableButton } from '../parts/BlockableButton';
import { TrafficBar } from '../parts/TrafficBar';
import { actionTexts } from './actionTexts';

/** What is asked about before it is done. */
export type ConfirmedAction = 'abort' | 'promote' | 'retry' | 'adopt';

/** Shows what traffic does now and afterwards, asks for a reason, and begins on the button that changes nothing. */
export function ActionDialog(props: {
  action: ConfirmedAction;
  rollout: Rollout;
  blocked: ReactNode;
  onConfirm: (why: string) => void;
  onClose: () => void;
}) {
  const { action, rollout, blocked, onConfirm, onClose } = props;
  const [why, setWhy] = useState('');
  const texts = actionTexts(action, rollout);
  const versions = { from: rollout.fromVersion ?? '', to: rollout.toVersion ?? '' };
  const lacksReason = texts.isReasonRequired && why.trim() === '';
  return (
    <Dialog className="aviary-overlay av-dialog" isOpen width={560} onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogHeader>{texts.title}</DialogHeader>
      <DialogBody>
        <div className="av-dialog-body">
          <div className="av-compare">
            <span>Now</span>
            <TrafficBar {...versions} weight={rollout.weight} />
            <span>{texts.after}</span>
            <TrafficBar {...versions} weight={texts.afterWeight} />
          </div>
          {texts.sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <TextAreaField
            label="Reason"
            secondaryLabel={texts.isReasonRequired ? 'required, kept in the record' : 'kept in the record'}
            rows={2}
            value={why}
            onChange={setWhy}
          />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close" autoFocus onPress={onClose}>
          {texts.safe}
        </Button>
        <BlockableButton
          variant="primary"
          destructive={texts.isDestructive}
          blocked={blocked ?? (lacksReason ? 'Say why first: the reason is kept in the record' : undefined)}
          onPress={() => {
            onConfirm(why.trim());
            onClose();
          }}
        >
          {texts.confirm}
        </BlockableButton>
      </DialogFooter>
    </Dialog>
  );
}
