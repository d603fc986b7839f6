import type { KubeObject } from '@aviary/provider-contract';
import { adoption, FENCE_ANNOTATION, formatFence, readFence, resourceTypeOf, resourceTypes, type ResourceType } from '../../kubernetes';
import type { ActionContext } from './ActionContext';

/**
 * Marks what carries traffic, routes and primary, with our fence although nothing else changes: the first act of a
 * takeover. A write that the engine before us had begun then fails, for its resourceVersion or for its older fence.
 *
 * @throws ActionFailure `superseded` when somebody was here whose decision is newer than ours
 */
export async function fenceObjects(context: ActionContext): Promise<void> {
  const { canary, primary, routes, routeRefs } = context.objects;
  for (const object of routes) {
    const ref = routeRefs.find(({ kind, name }) => kind === object.kind && name === object.metadata.name)!;
    await mark(object, resourceTypeOf(ref), context);
  }
  if (primary && adoption(primary, canary).kind !== 'foreign') await mark(primary, resourceTypes.deployment, context);
}

async function mark(object: KubeObject, resource: ResourceType, { writer }: ActionContext): Promise<void> {
  const fence = formatFence(writer.fence);
  const found = readFence(object);
  if (found !== undefined && formatFence(found) === fence) return;
  await writer.patch(resource, object, { metadata: { annotations: { [FENCE_ANNOTATION]: fence } } });
}
