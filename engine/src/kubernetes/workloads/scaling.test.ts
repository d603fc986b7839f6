import type { KubeObject } from '@aviary/provider-contract';
import { isScaledToZero, scaleToZeroPatch, scaleUpPatch, startReplicas } from './scaling';

const deployment = workload('Deployment', { replicas: 4 });
const daemonSet = workload('DaemonSet', { template: { spec: {} } });

describe('scaling', () => {
  it.each([
    ['as many pods as the primary', 4, undefined, 4],
    ['one when there is no primary', undefined, undefined, 1],
    ['one when the primary has none', 0, undefined, 1],
    ['what the HPA starts with', 4, { minReplicas: 2 }, 2],
    ['one when the HPA says nothing', 4, {}, 1],
    ['what the ScaledObject starts with', 4, { minReplicaCount: 3 }, 3],
    ['one when the ScaledObject starts from zero', 4, { minReplicaCount: 0 }, 1],
  ])('starts with %s', (_, replicas, scaler, expected) => {
    const primary = replicas === undefined ? undefined : workload('Deployment', { replicas });
    expect(startReplicas(primary, scaler && workload('X', scaler))).toBe(expected);
  });

  it('patches replicas of a Deployment, bound to what was seen', () => {
    expect(scaleToZeroPatch(deployment)).toEqual({ metadata: { resourceVersion: '5' }, spec: { replicas: 0 } });
    expect(scaleUpPatch(deployment, 4)).toEqual({ metadata: { resourceVersion: '5' }, spec: { replicas: 4 } });
    expect([isScaledToZero(deployment), isScaledToZero(workload('Deployment', { replicas: 0 }))]).toEqual([false, true]);
  });

  it('patches the node selector of a DaemonSet', () => {
    const spec = (value: string | null) => ({ template: { spec: { nodeSelector: { 'flagger.app/scale-to-zero': value } } } });
    expect(scaleToZeroPatch(daemonSet).spec).toEqual(spec('true'));
    expect(scaleUpPatch(daemonSet, 4).spec).toEqual(spec(null));
    expect([isScaledToZero(daemonSet), isScaledToZero(workload('DaemonSet', spec('true')))]).toEqual([false, true]);
  });
});

function workload(kind: string, spec: object): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'podinfo', resourceVersion: '5' }, spec };
}
