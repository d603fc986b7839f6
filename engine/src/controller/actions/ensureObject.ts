import { renderPrimaryScaler, renderService, resourceTypes, type ServiceRole } from '../../kubernetes';
import type { ManagedObject } from '../../decision/Situation';
import { ActionFailure } from '../ActionFailure';
import type { ActionContext } from './ActionContext';

const ROLES: Partial<Record<ManagedObject, ServiceRole>> = { apexService: 'apex', primaryService: 'primary', canaryService: 'canary' };

/** Creates one of the Canary's services or the primary's autoscaler, or makes it right again. */
export async function ensureObject(object: ManagedObject, context: ActionContext): Promise<void> {
  const role = ROLES[object];
  if (role) return ensureService(role, context);
  if (object === 'primaryScaler') return ensureScaler(context);
  throw new Error(`there is nothing to ensure about ${object}`);
}

async function ensureService(role: ServiceRole, { objects, writer }: ActionContext): Promise<void> {
  const { canary, selector, ports, services } = objects;
  if (!selector)
    throw new ActionFailure('failed', 'misconfigured', `the target ${objects.names.target} is missing or has no usable selector label`);
  const existing = services[role];
  const { object, differs } = renderService({ role, canary, selectorLabel: selector.label, value: selector.value, ports, existing });
  if (!differs) return;
  if (existing) await writer.replace(resourceTypes.service, object, existing);
  else await writer.create(resourceTypes.service, object);
}

async function ensureScaler({ objects, writer }: ActionContext): Promise<void> {
  const { canary, targetScaler, primaryScaler } = objects;
  const reference = canary.spec.autoscalerRef!;
  if (!targetScaler) {
    throw new ActionFailure(
      'failed',
      'misconfigured',
      `${reference.kind} ${reference.name}.${canary.namespace} get query error: it does not exist`,
    );
  }
  const { object, differs } = renderPrimaryScaler(targetScaler, canary, primaryScaler);
  if (!differs) return;
  if (primaryScaler) await writer.replace(resourceTypes.horizontalPodAutoscaler, object, primaryScaler);
  else await writer.create(resourceTypes.horizontalPodAutoscaler, object);
}
