import type { KubeObject } from '@aviary/provider-contract';
import { resourceTypes } from '../kubernetes';
import type { ClusterView } from './ClusterView';

/** Fields of a metric check that Flagger's own definition does not have. */
const OWN_FIELDS = ['onNoData', 'onError'];

/** What whoever starts an engine should know about the cluster: another engine in it, and settings that it would drop. */
export async function findWarnings(view: ClusterView): Promise<string[]> {
  const flaggers = view
    .list('deployments')
    .filter(isFlagger)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const dropped = await droppedFields(view);
  return [
    ...flaggers.map(
      (name) => `Flagger runs in this cluster (Deployment ${name}): two engines would move the same routes; scale it to zero`,
    ),
    ...(dropped.length === 0
      ? []
      : [
          `the installed definition of Canaries drops ${dropped.join(' and ')} of spec.analysis.metrics, so that their defaults hold; ` +
            'install deploy/crds/flagger.yaml to be able to set them',
        ]),
  ];
}

function isFlagger({ spec }: KubeObject): boolean {
  const images: string[] = (spec?.template?.spec?.containers ?? []).map(({ image = '' }: { image?: string }) => image);
  return spec?.replicas !== 0 && images.some((image) => /(^|\/)flagger([:@]|$)/.test(image));
}

/** Empty also when the definition cannot be read: then there is nothing to say about it. */
async function droppedFields({ client }: ClusterView): Promise<string[]> {
  const definition = await client.get(resourceTypes.customResourceDefinition, { name: 'canaries.flagger.app' }).catch(() => null);
  const versions: { name: string; schema?: { openAPIV3Schema?: Record<string, any> } }[] = definition?.spec?.versions ?? [];
  const schema = versions.find(({ name }) => name === resourceTypes.canary.version)?.schema?.openAPIV3Schema;
  const metric = schema?.properties?.spec?.properties?.analysis?.properties?.metrics?.items;
  if (!metric?.properties || metric['x-kubernetes-preserve-unknown-fields']) return [];
  return OWN_FIELDS.filter((field) => metric.properties[field] === undefined);
}
