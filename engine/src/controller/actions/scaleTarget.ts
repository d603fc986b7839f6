import { mayScaleDown, mayScaleUp } from '../../decision/guards';
import { resourceTypes, scaleToZeroPatch, scaleUpPatch, startReplicas } from '../../kubernetes';
import { ActionFailure } from '../ActionFailure';
import type { ActionContext } from './ActionContext';

/** Gives the canary pods: from zero only, to as many as the primary or the autoscaler begins with (G4). */
export async function scaleUp({ objects, situation, writer }: ActionContext): Promise<void> {
  const guard = mayScaleUp(situation);
  if (!guard.allowed) throw new ActionFailure('superseded', null, guard.why);
  const replicas = startReplicas(objects.primary, objects.targetScaler);
  await writer.patch(resourceTypes.deployment, objects.target!, scaleUpPatch(objects.target!, replicas));
}

/** Takes the canary's pods away once nothing is sent to them (G2). */
export async function scaleToZero({ objects, situation, writer }: ActionContext): Promise<void> {
  const guard = mayScaleDown(situation);
  if (!guard.allowed) throw new ActionFailure('failed', 'conflict', guard.why);
  await writer.patch(resourceTypes.deployment, objects.target!, scaleToZeroPatch(objects.target!));
}
