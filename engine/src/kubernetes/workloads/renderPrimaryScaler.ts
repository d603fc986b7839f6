import { ProviderError, type KubeObject } from '@aviary/provider-contract';
import { orAbsent, withoutToolkit } from './metadataFilters';
import { objectNames, ownerReferenceOf, type RenderableCanary } from './RenderableCanary';
import { rendered, type Rendered } from './Rendered';

/**
 * The autoscaler of the primary (facts §2.10): the target's limits, metrics and behaviour for `<target>-primary`,
 * with the replicas that the Canary overrides. An existing one keeps what is not ours.
 *
 * @throws ProviderError `unsupported` for anything but a HorizontalPodAutoscaler
 */
export function renderPrimaryScaler(target: KubeObject, canary: RenderableCanary, existing?: KubeObject): Rendered {
  const reference = canary.spec.autoscalerRef;
  const name = objectNames(canary).primaryScaler;
  if (!reference || name === null) throw new ProviderError('misconfigured', `Canary ${canary.name} has no spec.autoscalerRef`);
  if (reference.kind !== 'HorizontalPodAutoscaler') {
    throw new ProviderError(
      'unsupported',
      `spec.autoscalerRef.kind of Canary ${canary.name} is ${reference.kind}; this engine scales primaries by HorizontalPodAutoscaler only`,
    );
  }
  const overrides = reference.primaryScalerReplicas;
  const object: KubeObject = {
    ...existing,
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      ...existing?.metadata,
      name,
      namespace: canary.namespace,
      labels: orAbsent({ ...existing?.metadata.labels, ...withoutToolkit(target.metadata.labels) }),
      ...(existing ? {} : { ownerReferences: [ownerReferenceOf(canary)] }),
    },
    spec: {
      ...existing?.spec,
      scaleTargetRef: {
        apiVersion: canary.spec.targetRef.apiVersion,
        kind: canary.spec.targetRef.kind,
        name: objectNames(canary).primary,
      },
      minReplicas: overrides?.minReplicas ?? target.spec.minReplicas,
      maxReplicas: overrides?.maxReplicas ?? target.spec.maxReplicas,
      metrics: target.spec.metrics,
      behavior: target.spec.behavior,
    },
  };
  return rendered(JSON.parse(JSON.stringify(object)), existing);
}
