import { ProviderError, type KubeObject } from '@aviary/provider-contract';

/** Labels that may tell the pods of one workload from another's, in order of preference (Flagger's default). */
export const SELECTOR_LABELS: readonly string[] = ['app', 'name', 'app.kubernetes.io/name'];

/**
 * The label by which services will tell primary and canary pods apart: the first candidate that the target selects
 * its pods by, and its value there.
 *
 * @throws ProviderError `misconfigured`, in Flagger's words
 */
export function selectorLabel(target: KubeObject, candidates: readonly string[] = SELECTOR_LABELS): { label: string; value: string } {
  const labels: Record<string, string> = target.spec?.selector?.matchLabels ?? {};
  const label = candidates.find((candidate) => labels[candidate] !== undefined);
  if (label !== undefined) return { label, value: labels[label] };
  const { name, namespace } = target.metadata;
  throw new ProviderError(
    'misconfigured',
    `getSelectorLabel failed: ${target.kind.toLowerCase()} ${name}.${namespace} spec.selector.matchLabels must contain one of [${candidates.join(' ')}]`,
  );
}
