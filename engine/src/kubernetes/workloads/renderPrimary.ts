import type { KubeObject } from '@aviary/provider-contract';
import { FENCE_ANNOTATION, formatFence, type Fence } from './fence';
import { includedByPrefix, orAbsent, withoutToolkit } from './metadataFilters';
import { objectNames, ownerReferenceOf, type RenderableCanary } from './RenderableCanary';
import { rendered, type Rendered } from './Rendered';
import { SCALE_TO_ZERO } from './templateHash';
import { renamePrimaryReferences } from './trackedConfigs';

/** On the primary's pod template: a new value per promotion, so that every promotion restarts the pods. */
export const POD_ID_ANNOTATION = 'flagger-id';
/** On the primary: hash of the target's template that it was promoted from. */
export const REVISION_ANNOTATION = 'aviary.dev/revision';
/** On the primary: checksums of the configs that it was promoted with, as JSON. */
export const CONFIGS_ANNOTATION = 'aviary.dev/configs';

/** What the primary is made from. */
export interface PrimaryOptions {
  canary: RenderableCanary;
  /** The label that tells the versions apart, and the target's value of it. */
  selectorLabel: string;
  value: string;
  /** Candidates of the selector label; affinity rules under any of them follow the primary. Default: `[selectorLabel]`. */
  selectorLabels?: readonly string[];
  /** `flagger-id` of the pods. */
  podId: string;
  /** Pods wanted. Undefined keeps what the primary has (an autoscaler's business), and begins with the target's or 1. */
  replicas?: number;
  /** Configs of which the primary uses its own copies: `configmap/<name>`, `secret/<name>`. */
  configRefs: Iterable<string>;
  /** `-include-label-prefix` */
  includeLabelPrefix: readonly string[];
  /** What is noted on the primary for the next observation; undefined leaves the notes alone. */
  marks?: { revision: string; configs: Readonly<Record<string, string>>; fence: Fence };
  /** The primary as it is now, when there is one. */
  existing?: KubeObject;
}

/** Spec fields that the primary takes over from the target as they are, absent ones included. */
const COPIED = {
  Deployment: ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'],
  DaemonSet: ['minReadySeconds', 'revisionHistoryLimit', 'updateStrategy'],
} as const;

/**
 * The workload that serves (facts §2.10): the target's pods under the name `<target>-primary`, their labels, configs
 * and affinities turned to the primary's. An existing one keeps every field that is not ours, its selector too.
 * `target` may be the live target or anything with its `kind`, `metadata` and `spec.template`, as kept in the ledger.
 */
export function renderPrimary(target: KubeObject, options: PrimaryOptions): Rendered {
  const { canary, existing } = options;
  const kind = target.kind === 'DaemonSet' ? 'DaemonSet' : 'Deployment';
  const label = { [options.selectorLabel]: `${options.value}-primary` };
  const included = includedByPrefix(target.metadata.annotations, options.includeLabelPrefix);
  const object: KubeObject = {
    ...existing,
    apiVersion: 'apps/v1',
    kind,
    metadata: {
      ...existing?.metadata,
      name: objectNames(canary).primary,
      namespace: canary.namespace,
      labels: { ...existing?.metadata.labels, ...includedByPrefix(target.metadata.labels, options.includeLabelPrefix), ...label },
      annotations: orAbsent({
        ...(existing ? { ...existing.metadata.annotations, ...included } : firstAnnotations(target)),
        ...marksOf(options),
      }),
      ...(existing ? {} : { ownerReferences: [ownerReferenceOf(canary)] }),
    },
    spec: {
      ...existing?.spec,
      selector: existing?.spec?.selector ?? { matchLabels: label },
      template: renderTemplate(target, options, label),
    },
  };
  for (const field of COPIED[kind]) object.spec[field] = target.spec[field];
  if (kind === 'Deployment') object.spec.replicas = options.replicas ?? existing?.spec?.replicas ?? (target.spec.replicas || 1);
  if (!existing) delete object.status;
  return rendered(JSON.parse(JSON.stringify(object)), existing);
}

/** The target's annotations, but not those that describe the target's own history. */
function firstAnnotations(target: KubeObject): Record<string, string> {
  const annotations = withoutToolkit(target.metadata.annotations);
  delete annotations['deployment.kubernetes.io/revision'];
  delete annotations['kubectl.kubernetes.io/last-applied-configuration'];
  return annotations;
}

function marksOf({ marks }: PrimaryOptions): Record<string, string> {
  if (!marks) return {};
  const configs = Object.fromEntries(Object.entries(marks.configs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    [REVISION_ANNOTATION]: marks.revision,
    [CONFIGS_ANNOTATION]: JSON.stringify(configs),
    [FENCE_ANNOTATION]: formatFence(marks.fence),
  };
}

function renderTemplate(target: KubeObject, options: PrimaryOptions, label: Record<string, string>): Record<string, any> {
  const template = structuredClone(target.spec.template);
  const spec = renamePrimaryReferences(template.spec, options.configRefs);
  if (target.kind === 'DaemonSet') delete spec.nodeSelector?.[SCALE_TO_ZERO];
  else turnAffinity(spec, target.metadata.name, options.selectorLabels ?? [options.selectorLabel]);
  if (spec.nodeSelector && Object.keys(spec.nodeSelector).length === 0) delete spec.nodeSelector;
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: { ...withoutToolkit(template.metadata?.labels), ...label },
      annotations: { ...withoutToolkit(template.metadata?.annotations), [POD_ID_ANNOTATION]: options.podId },
    },
    spec,
  };
}

/** Rules that keep the target's pods apart keep the primary's apart: they must name the primary's label value. */
function turnAffinity(spec: Record<string, any>, targetName: string, labels: readonly string[]): void {
  const antiAffinity = spec.affinity?.podAntiAffinity;
  const selectors = [
    ...(antiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term: any) => term.labelSelector),
    ...(antiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each: any) => each.podAffinityTerm?.labelSelector),
    ...(spec.topologySpreadConstraints ?? []).map((constraint: any) => constraint.labelSelector),
  ];
  const turned = (value: string) => (value === targetName ? `${value}-primary` : value);
  for (const selector of selectors) {
    for (const label of labels) {
      if (selector?.matchLabels?.[label] !== undefined) selector.matchLabels[label] = turned(selector.matchLabels[label]);
      for (const expression of selector?.matchExpressions ?? []) {
        if (expression.key === label && expression.values) expression.values = expression.values.map(turned);
      }
    }
  }
}
