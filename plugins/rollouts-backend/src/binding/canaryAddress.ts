import { CANARY_ANNOTATION } from '@aviary/plugin-rollouts-common';

/** A Canary as an entity names it. What is null may be anything. */
export interface CanaryAddress {
  cluster: string | null;
  namespace: string | null;
  name: string;
}

/** Annotations by which entities name their workloads for the Kubernetes plugin of Backstage. */
const KUBERNETES_ID = 'backstage.io/kubernetes-id';
const KUBERNETES_NAMESPACE = 'backstage.io/kubernetes-namespace';
const KUBERNETES_SELECTOR = 'backstage.io/kubernetes-label-selector';

/** Labels whose value is the name of the workload, by convention. */
const NAME_LABELS = new Set(['app', 'app.kubernetes.io/name', 'k8s-app', 'name', 'service']);

/**
 * The Canaries that an entity's annotations name: `aviary.dev/canary`, or else by what the Kubernetes plugin knows, taking
 * the id or the selector's name label for the Canary's name. Parts that cannot be read name nothing.
 */
export function canaryAddresses(annotations: Record<string, string>): { addresses: CanaryAddress[]; exact: boolean } {
  const own = annotations[CANARY_ANNOTATION];
  if (own !== undefined) {
    return { addresses: own.split(',').flatMap(parseAddress), exact: true };
  }
  const namespace = annotations[KUBERNETES_NAMESPACE] ?? null;
  const id = annotations[KUBERNETES_ID];
  const names = id ? [id] : namesInSelector(annotations[KUBERNETES_SELECTOR] ?? '');
  return { addresses: names.map((name) => ({ cluster: null, namespace, name })), exact: false };
}

function parseAddress(text: string): CanaryAddress[] {
  const parts = text.trim().split('/');
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => part === '')) {
    return [];
  }
  const [name, namespace, cluster = null] = parts.reverse();
  return [{ cluster, namespace, name }];
}

function namesInSelector(selector: string): string[] {
  const names = selector.split(',').flatMap((requirement) => {
    const [, label, value] = /^\s*([^\s=!]+)\s*==?\s*(\S+)\s*$/.exec(requirement) ?? [];
    return label && NAME_LABELS.has(label) ? [value] : [];
  });
  return [...new Set(names)];
}
