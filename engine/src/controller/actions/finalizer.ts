import { resourceTypes, restoreApexService } from '../../kubernetes';
import { FINALIZER } from '../observeObjects';
import type { ActionContext } from './ActionContext';

/** Makes the API server wait for us before it deletes the Canary. */
export async function addFinalizer({ objects, writer }: ActionContext): Promise<void> {
  const finalizers = [...objects.canary.finalizers, FINALIZER];
  await writer.patch(resourceTypes.canary, objects.raw, { metadata: { finalizers } });
}

/** Lets the API server delete the Canary. */
export async function removeFinalizer({ objects, writer }: ActionContext): Promise<void> {
  const finalizers = objects.canary.finalizers.filter((each) => each !== FINALIZER);
  await writer.patch(resourceTypes.canary, objects.raw, { metadata: { finalizers } });
}

/** Points an adopted apex service at the target's own pods again; one that we made goes with the Canary. */
export async function restoreApex({ objects, writer }: ActionContext): Promise<void> {
  const { canary, selector, services } = objects;
  if (!services.apex || !selector) return;
  const restored = restoreApexService(services.apex, { canary, selectorLabel: selector.label, value: selector.value });
  if (restored?.differs) await writer.replace(resourceTypes.service, restored.object, services.apex);
}
