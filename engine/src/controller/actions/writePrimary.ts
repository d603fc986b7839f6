import type { KubeObject } from '@aviary/provider-contract';
import { mayPromote } from '../../decision/guards';
import {
  adoption,
  isKubeError,
  isTrackable,
  renderConfigCopy,
  renderPrimary,
  resourceTypes,
  templateHash,
  trackedConfigs,
  type ConfigReference,
} from '../../kubernetes';
import { ActionFailure } from '../ActionFailure';
import type { ActionContext } from './ActionContext';

interface Promotion {
  revision: string;
  podId: string;
}

/** Makes the primary run `revision`: copies the configs first, then creates or replaces the workload. */
export async function writePrimary(promotion: Promotion, context: ActionContext): Promise<void> {
  const { objects, situation } = context;
  const existing = objects.primary;
  if (existing) refuseForeign(existing, context);
  const target = await promotedTarget(promotion.revision, context);
  const selector = objects.selector;
  if (!selector) throw new ActionFailure('failed', 'misconfigured', `the target ${objects.names.target} has no usable selector label`);
  const references = objects.configRefs.length > 0 ? trackedConfigs(target.spec?.template?.spec) : [];
  const copied = await copyConfigs(references, context);
  const configs = situation.state?.desired.primary?.configs ?? {};
  const { object, differs } = renderPrimary(target, {
    canary: objects.canary,
    selectorLabel: selector.label,
    value: selector.value,
    selectorLabels: context.settings.selectorLabels,
    podId: promotion.podId,
    replicas: replicasOf(context, target),
    configRefs: copied,
    includeLabelPrefix: context.settings.includeLabelPrefixes,
    marks: { revision: promotion.revision, configs, fence: context.writer.fence },
    existing,
  });
  if (!differs) return;
  if (existing) await context.writer.replace(resourceTypes.deployment, object, existing);
  else await context.writer.create(resourceTypes.deployment, object);
}

/** The live target while it is that revision (G3); a vanished primary comes back from what the ledger kept. */
async function promotedTarget(revision: string, { objects, situation, promotedTemplate }: ActionContext): Promise<KubeObject> {
  const { target } = objects;
  if (target && templateHash(target.spec?.template ?? {}) === revision) {
    const desired = situation.state?.desired.primary;
    const guard = desired?.revision === revision ? mayPromote(desired, situation) : ({ allowed: true } as const);
    if (!guard.allowed) throw new ActionFailure('superseded', null, guard.why);
    return target;
  }
  const kept = await promotedTemplate(revision);
  if (kept) return kept;
  throw new ActionFailure('superseded', null, `the target is no longer revision ${revision}, and the ledger does not have it`);
}

/** Pods of the primary are the autoscaler's business, where there is one. */
function replicasOf({ objects }: ActionContext, target: KubeObject): number | undefined {
  if (objects.canary.spec.autoscalerRef) return undefined;
  const replicas: number = target.spec?.replicas ?? 1;
  return replicas > 0 ? replicas : undefined;
}

async function copyConfigs(references: readonly ConfigReference[], { objects, writer, settings }: ActionContext): Promise<string[]> {
  const { canary } = objects;
  const copied: string[] = [];
  for (const { kind, name, ref, optional } of references) {
    const resource = kind === 'Secret' ? resourceTypes.secret : resourceTypes.configMap;
    const source = await readOptional(() => writer.read(resource, canary.namespace, name));
    if (!source && optional) continue;
    if (!source)
      throw new ActionFailure(
        'failed',
        'misconfigured',
        `${kind} ${name}.${canary.namespace} does not exist; create it or mark its use optional`,
      );
    if (!isTrackable(source)) continue;
    const existing = await readOptional(() => writer.read(resource, canary.namespace, `${name}-primary`));
    const { object, differs } = renderConfigCopy(source, { canary, includeLabelPrefix: settings.includeLabelPrefixes, existing });
    if (differs) await (existing ? writer.replace(resource, object, existing) : writer.create(resource, object));
    copied.push(ref);
  }
  return copied;
}

async function readOptional(read: () => Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ActionFailure && isKubeError(error.cause) && error.cause.kind === 'notFound') return undefined;
    throw error;
  }
}

function refuseForeign(existing: KubeObject, { objects }: ActionContext): void {
  const claim = adoption(existing, objects.canary);
  if (claim.kind === 'foreign') throw new ActionFailure('failed', 'misconfigured', claim.message);
}
