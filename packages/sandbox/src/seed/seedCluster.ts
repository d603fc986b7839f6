import { resolve } from 'node:path';
import { ApiError } from '../apiserver/ApiError';
import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import { readManifests } from './readManifests';
import { resourceOf } from './resourceOf';
import { SEED_RECORD } from './SeedRecord';

const REPOSITORY = resolve(__dirname, '../../../..');
const DEFINITIONS = ['deploy/crds/flagger.yaml', 'deploy/crds/trafficsplit.yaml'];
const MANIFESTS = ['cluster', 'podinfo', 'face', 'shop', 'payments', 'accounts', 'search'];

/** Installs the custom resource definitions, in the shape this version of the repository has. */
export function installDefinitions(store: ObjectStore): void {
  for (const object of DEFINITIONS.flatMap((file) => readManifests(resolve(REPOSITORY, file)))) apply(store, object);
}

/** Fills a new sandbox with its services and their Canaries. A sandbox that has been filled before is left as it is. */
export function seedCluster(store: ObjectStore): void {
  const { namespace, name } = SEED_RECORD;
  if (store.get('/configmaps', namespace, name)) return;
  for (const object of MANIFESTS.flatMap((file) => readManifests(resolve(__dirname, 'manifests', `${file}.yaml`))))
    apply(store, asApplied(object));
  for (const object of readManifests(resolve(REPOSITORY, 'docs/examples/podinfo-canary.yaml'))) apply(store, asApplied(object));
  for (const object of readManifests(resolve(REPOSITORY, 'docs/examples/face-canary.yaml')))
    apply(store, asApplied(inNamespace(object, 'faces')));
  store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: {} });
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

// As kubectl leaves it behind, so that a later `kubectl apply` of the same file merges without a warning.
function asApplied(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function apply(store: ObjectStore, object: KubeObject): void {
  const resource = resourceOf(store, object);
  try {
    if (store.get(resource, object.metadata.namespace, object.metadata.name)) store.update(resource, object);
    else store.create(resource, object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`the sandbox cannot be filled: ${object.kind} ${object.metadata.name}: ${error.message}`);
  }
}
