import type { KubeObject } from '@aviary/provider-contract';
import type { ManagedObject, ObservedObject } from '../decision/Situation';
import { adoption, renderPrimaryScaler, renderService, type ServiceRole } from '../kubernetes';
import type { CanaryObjects } from './CanaryObjects';

/** Flagger's finalizer: kept under its own name, so that either engine can take it off. */
export const FINALIZER = 'finalizer.flagger.app';

/** How the objects that the engine keeps for a Canary compare with what they must be. */
export function observeObjects(objects: CanaryObjects): Record<ManagedObject, ObservedObject> {
  return {
    apexService: observeService('apex', objects),
    primaryService: observeService('primary', objects),
    canaryService: observeService('canary', objects),
    primaryScaler: observeScaler(objects),
    finalizer: { state: objects.canary.finalizers.includes(FINALIZER) ? 'matching' : 'absent' },
  };
}

function observeService(role: ServiceRole, { canary, services, selector, ports }: CanaryObjects): ObservedObject {
  const existing = services[role];
  if (!existing) return { state: 'absent' };
  const claim = adoption(existing, canary, role === 'apex' ? 'apexService' : undefined);
  if (claim.kind === 'foreign') return { state: 'foreign', owner: claim.owner };
  // Without a selector label nothing can be compared; the missing target is the problem to talk about.
  if (!selector) return { state: 'matching' };
  const { differs } = renderService({ role, canary, selectorLabel: selector.label, value: selector.value, ports, existing });
  return differs ? { state: 'differs', by: null } : { state: 'matching' };
}

function observeScaler({ canary, targetScaler, primaryScaler }: CanaryObjects): ObservedObject {
  if (!canary.spec.autoscalerRef) return { state: 'unwanted' };
  if (!primaryScaler) return { state: 'absent' };
  const claim = adoption(primaryScaler, canary);
  if (claim.kind === 'foreign') return { state: 'foreign', owner: claim.owner };
  if (!targetScaler) return { state: 'matching' };
  return scalerDiffers(targetScaler, canary, primaryScaler) ? { state: 'differs', by: null } : { state: 'matching' };
}

function scalerDiffers(target: KubeObject, canary: CanaryObjects['canary'], existing: KubeObject): boolean {
  return canary.spec.autoscalerRef?.kind === 'HorizontalPodAutoscaler' && renderPrimaryScaler(target, canary, existing).differs;
}
