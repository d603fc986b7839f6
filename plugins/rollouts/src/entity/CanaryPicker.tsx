import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { formatCanaryRef, type Rollout } from '@aviary/plugin-rollouts-common';
import { RolloutChip } from '../parts/PhaseChip';

/** Chooses among several Canaries of one entity. */
export function CanaryPicker(props: { rollouts: Rollout[]; chosen: string; onChange: (ref: string) => void }) {
  const { rollouts, chosen, onChange } = props;
  return (
    <ToggleButtonGroup
      className="av-picker"
      aria-label="Canary"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => onChange(String([...keys][0]))}
    >
      {rollouts.map((rollout) => (
        <ToggleButton key={formatCanaryRef(rollout.key)} id={formatCanaryRef(rollout.key)} className="av-pick">
          <span>
            {rollout.key.name} <span className="av-quiet">{`${rollout.key.cluster} / ${rollout.key.namespace}`}</span>
          </span>
          <RolloutChip rollout={rollout} />
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
