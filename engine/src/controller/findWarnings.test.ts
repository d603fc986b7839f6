import type { KubeObject } from '@aviary/provider-contract';
import { findWarnings } from './findWarnings';
import { aTarget } from './testing/CanaryStage';
import { TestCluster } from './testing/TestCluster';

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const NAME = 'canaries.flagger.app';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start();
});

afterEach(() => cluster.close());

function deployment(name: string, image: string, replicas = 1): KubeObject {
  const target = aTarget();
  target.metadata.name = name;
  target.spec.replicas = replicas;
  target.spec.template.spec.containers[0].image = image;
  return target;
}

it('has nothing to say about a cluster as it should be', async () => {
  await cluster.put('apps/deployments', deployment('podinfo', 'ghcr.io/stefanprodan/podinfo:6.0.0'));
  await cluster.put('apps/deployments', deployment('loadtester', 'ghcr.io/fluxcd/flagger-loadtester:0.34.0'));
  await cluster.put('apps/deployments', deployment('asleep', 'ghcr.io/fluxcd/flagger:1.44.0', 0));
  expect(await findWarnings(cluster.view)).toEqual([]);
});

it('warns of Flagger', async () => {
  await cluster.put('apps/deployments', deployment('flagger', 'ghcr.io/fluxcd/flagger:1.44.0'));
  expect(await findWarnings(cluster.view)).toEqual([expect.stringMatching(/^Flagger runs in this cluster \(Deployment test\/flagger\)/)]);
});

it('names the settings that the installed definition drops', async () => {
  const definition = structuredClone(cluster.store.get(DEFINITIONS, undefined, NAME)!);
  for (const { schema } of definition.spec.versions) {
    delete schema.openAPIV3Schema.properties.spec.properties.analysis.properties.metrics.items.properties.onNoData;
  }
  cluster.store.update(DEFINITIONS, definition);
  expect(await findWarnings(cluster.view)).toEqual([expect.stringMatching(/drops onNoData of spec\.analysis\.metrics/)]);
});

it('is not stopped by a definition that it may not read', async () => {
  cluster.server.faults.failNext({ pathPattern: /customresourcedefinitions/, status: 403 });
  expect(await findWarnings(cluster.view)).toEqual([]);
});

test('a cluster without the definitions is no healthy one', async () => {
  expect(cluster.view.unhealthy()).toEqual([]);
  cluster.store.delete(DEFINITIONS, undefined, NAME);
  await cluster.until(() => cluster.view.unhealthy().length > 0);
  expect(cluster.view.unhealthy()).toEqual([
    { kind: 'canaries', ofRoutes: false, problem: 'the cluster does not know them; install deploy/crds/flagger.yaml' },
  ]);
});
