import { RiHistoryLine } from '@remixicon/react';
import { Alert, Button } from '@backstage/ui';
import type { PastRollout } from '@aviary/plugin-rollouts-common';
import { formatMoment } from '../format/formatTime';

/** Says that plots and decisions are those of an earlier rollout, and leads back. */
export function EarlierBanner({ past, now, onBack }: { past: PastRollout; now: number; onBack: () => void }) {
  return (
    <Alert
      className="av-alert av-moving"
      status="info"
      icon={<RiHistoryLine aria-hidden />}
      title={`Traffic, checks and decisions below are those of ${past.fromVersion} → ${past.toVersion}, ${formatMoment(past.startedAt, now)}.`}
      description={past.reason}
      customActions={
        <Button variant="secondary" onPress={onBack}>
          Back to the present
        </Button>
      }
    />
  );
}
