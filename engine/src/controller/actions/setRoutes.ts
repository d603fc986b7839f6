import { isProviderError, type KubeObject, type ObjectRef, type Routes } from '@aviary/provider-contract';
import { mayRoute } from '../../decision/guards';
import { resourceTypeOf, withFence } from '../../kubernetes';
import { ActionFailure } from '../ActionFailure';
import type { ActionContext } from './ActionContext';

/** Writes the router's objects for `routes`, with the decision's fence in the same request. */
export async function setRoutes(routes: Routes, context: ActionContext): Promise<void> {
  const { objects, situation } = context;
  const guard = mayRoute(routes, situation);
  if (!guard.allowed) throw new ActionFailure('failed', 'conflict', guard.why);
  await writeRoutes(context, (router) => router.render(objects.routed, routes, objects.routes));
}

/** Hands the route objects back when the Canary goes. */
export async function restoreRoutes(context: ActionContext): Promise<void> {
  const { objects } = context;
  await writeRoutes(context, (router) => router.finalize(objects.routed, objects.routes));
}

async function writeRoutes(
  { objects, writer }: ActionContext,
  render: (router: NonNullable<typeof objects.router>) => { write: KubeObject[]; remove: ObjectRef[] },
): Promise<void> {
  const { router, routeRefs, routes } = objects;
  if (!router) throw new ActionFailure('failed', 'misconfigured', 'the router is not known');
  const { write, remove } = rendered(() => render(router));
  for (const object of write) {
    const ref = routeRefs.find((each) => each.kind === object.kind && each.name === object.metadata.name);
    if (!ref)
      throw new Error(`router ${router.id} wants to write ${object.kind} ${object.metadata.name}, which it did not name in references()`);
    const before = routes.find((each) => each.kind === object.kind && each.metadata.name === object.metadata.name);
    if (before === object) continue;
    const fenced = withFence(object, writer.fence);
    if (before) await writer.replace(resourceTypeOf(ref), fenced, before);
    else await writer.create(resourceTypeOf(ref), fenced);
  }
  for (const ref of remove) {
    const before = routes.find((each) => each.kind === ref.kind && each.metadata.name === ref.name);
    if (before) await writer.remove(resourceTypeOf(ref), before);
  }
}

function rendered<T>(render: () => T): T {
  try {
    return render();
  } catch (error) {
    if (isProviderError(error)) throw new ActionFailure('failed', 'misconfigured', error.message, { cause: error });
    throw error;
  }
}
