import type { KubeObject } from '@aviary/provider-contract';
import { mayPromote } from '../../decision/guards';
import {
  adoption,
  configChecksum,
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
  const references = context.settings.configTracking ? trackedConfigs(target.spec?.template?.spec) : [];
  const wanted = situation.state?.desired.primary;
  const copied = await copyConfigs(references, wanted?.podId === promotion.podId ? wanted.configs : null, context);
  const { object, differs } = renderPrimary(target, {
    canary: objects.canary,
    selectorLabel: selector.label,
    value: selector.value,
    selectorLabels: context.settings.selectorLabels,
    podId: promotion.podId,
    replicas: replicasOf(context, target),
    configRefs: Object.keys(copied),
    includeLabelPrefix: context.settings.includeLabelPrefixes,
    marks: { revision: promotion.revision, configs: copied, fence: context.writer.fence },
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

/**
 * Gives the primary its own copies of what was analysed, and tells their checksums. With `analysed` null a primary is
 * brought back: copies that are there stay as they are, because nobody has analysed what the originals say now.
 */
async function copyConfigs(
  references: readonly ConfigReference[],
  analysed: Readonly<Record<string, string>> | null,
  { objects, writer, settings }: ActionContext,
): Promise<Record<string, string>> {
  const { canary } = objects;
  const copied: Record<string, string> = {};
  for (const { kind, name, ref, optional } of references) {
    const resource = kind === 'Secret' ? resourceTypes.secret : resourceTypes.configMap;
    const existing = await readOptional(() => writer.read(resource, canary.namespace, `${name}-primary`));
    if (analysed === null && existing) {
      copied[ref] = configChecksum(existing.data);
      continue;
    }
    const source = await readOptional(() => writer.read(resource, canary.namespace, name));
    if (!source && optional) continue;
    if (!source) {
      const message = `${kind} ${name}.${canary.namespace} does not exist; create it or mark its use optional`;
      throw new ActionFailure('failed', 'misconfigured', message);
    }
    if (!isTrackable(source)) continue;
    const checksum = configChecksum(source.data);
    if (analysed?.[ref] !== undefined && analysed[ref] !== checksum)
      throw new ActionFailure('superseded', null, `${kind} ${name}.${canary.namespace} is no longer what was analysed`);
    const { object, differs } = renderConfigCopy(source, { canary, includeLabelPrefix: settings.includeLabelPrefixes, existing });
    if (differs) await (existing ? writer.replace(resource, object, existing) : writer.create(resource, object));
    copied[ref] = checksum;
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
