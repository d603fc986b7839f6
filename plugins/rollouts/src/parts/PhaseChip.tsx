import { Badge } from '@backstage/ui';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import { PHASES, shownPhase, type ShownPhase } from '../phases';

/** A phase as icon, word and tint. */
export function PhaseChip({ phase }: { phase: ShownPhase }) {
  const { label, tone, icon: Icon } = PHASES[phase];
  return (
    <Badge className={`av-chip av-${tone}`} icon={<Icon aria-hidden />}>
      {label}
    </Badge>
  );
}

/** The phase of a rollout, with a pause shown in its place. */
export function RolloutChip({ rollout }: { rollout: Pick<Rollout, 'phase' | 'paused' | 'valid'> }) {
  return <PhaseChip phase={shownPhase(rollout)} />;
}
