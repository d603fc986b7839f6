import type { KubeObject } from '@aviary/provider-contract';
import type { ObservedWorkload, Situation } from '../decision/Situation';
import { formatFence, readiness, readPrimary, readyEndpoints, renderPrimary, templateHash } from '../kubernetes';
import type { CanaryObjects } from './CanaryObjects';
import type { ClusterView } from './ClusterView';

const ABSENT: ObservedWorkload = {
  present: false,
  revision: null,
  version: '',
  generation: 0,
  replicas: 0,
  updated: 0,
  available: 0,
  ready: false,
  notReadyReason: '',
  deadlineExceeded: false,
  fence: null,
  podId: null,
  configs: {},
};

/** What decisions may know of the target or the primary. */
export function observeWorkload(
  workload: KubeObject | undefined,
  role: 'target' | 'primary',
  readyThreshold: number,
  objects: CanaryObjects,
): ObservedWorkload {
  if (!workload) return ABSENT;
  const { ready, reason, deadlineExceeded } = readiness(workload, { readyThreshold });
  const marks = role === 'primary' ? readPrimary(workload) : null;
  return {
    present: true,
    revision: marks === null ? templateHash(workload.spec?.template ?? {}) : (marks.revision ?? inferredRevision(workload, objects)),
    version: versionOf(workload),
    generation: workload.metadata.generation ?? 0,
    replicas: workload.spec?.replicas ?? 1,
    updated: workload.status?.updatedReplicas ?? 0,
    available: workload.status?.availableReplicas ?? 0,
    ready,
    notReadyReason: reason,
    deadlineExceeded,
    fence: marks?.fence ? formatFence(marks.fence) : null,
    podId: marks?.podId ?? null,
    configs: marks?.configs ?? {},
  };
}

/** Ready pods behind the two versions' services. */
export function observeEndpoints(view: ClusterView, { canary, names }: CanaryObjects): Situation['endpoints'] {
  const ready = (service: string) => readyEndpoints(view.slicesOf(canary.namespace, service), service);
  return { primary: ready(names.primaryService), canary: ready(names.canaryService) };
}

/**
 * A primary that Flagger made does not say what it was promoted from. If the target, rendered as a primary, gives
 * just what is there, it was the target as it is now; otherwise it is a revision of its own.
 */
function inferredRevision(primary: KubeObject, { target, canary, selector, configRefs }: CanaryObjects): string {
  const own = templateHash(primary.spec?.template ?? {});
  if (!target || !selector) return own;
  const { object } = renderPrimary(target, {
    canary,
    selectorLabel: selector.label,
    value: selector.value,
    podId: readPrimary(primary).podId ?? '',
    configRefs: configRefs.map((each) => each.ref),
    includeLabelPrefix: [],
    existing: primary,
  });
  return templateHash(object.spec.template) === own ? templateHash(target.spec?.template ?? {}) : own;
}

/** The tags of the containers' images, for people: `6.0.1`, or `6.0.1, 1.2` where containers differ. */
function versionOf(workload: KubeObject): string {
  const images: string[] = (workload.spec?.template?.spec?.containers ?? []).map((container: { image?: string }) => container.image ?? '');
  const tags = images.map(tagOf);
  return [...new Set(tags)].join(', ');
}

function tagOf(image: string): string {
  const [name, digest] = image.split('@');
  const colon = name.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon > name.lastIndexOf('/')) return name.slice(colon + 1);
  return digest ? digest.slice(0, 19) : 'latest';
}
