import type { KubeObject } from '@aviary/provider-contract';
import { readiness } from './readiness';

describe('readiness', () => {
  it.each([
    ['all updated pods are available', { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 100, ''],
    ['the threshold is met', { replicas: 3, updatedReplicas: 3, availableReplicas: 1 }, 50, ''],
    ['it is scaled to zero', {}, 100, '', 0],
    ['pods are not updated', { replicas: 2, updatedReplicas: 1, availableReplicas: 2 }, 100, '1 out of 2 new replicas have been updated'],
    ['old pods still run', { replicas: 3, updatedReplicas: 2, availableReplicas: 3 }, 100, '1 old replicas are pending termination'],
    [
      'pods are not available',
      { replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      100,
      '1 of 2 (readyThreshold 100%) updated replicas are available',
    ],
    [
      'the share is counted in 32-bit floats',
      { replicas: 100, updatedReplicas: 100, availableReplicas: 28 },
      29,
      '28 of 29 (readyThreshold 29%) updated replicas are available',
      100,
    ],
  ])('of a Deployment when %s', (_, status, readyThreshold, reason, replicas = 2) => {
    const workload = deployment({ replicas }, { observedGeneration: 4, ...status });
    expect(readiness(workload, { readyThreshold })).toEqual({
      ready: reason === '',
      reason: reason && `waiting for rollout to finish: ${reason}`,
      deadlineExceeded: false,
    });
  });

  it('wants one pod when the Deployment names no number', () => {
    expect(readiness(deployment({}, { observedGeneration: 4 }), { readyThreshold: 100 }).ready).toBe(false);
  });

  it('says that the Deployment gave up', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    const workload = deployment({ replicas: 1 }, { observedGeneration: 4, conditions });
    expect(readiness(workload, { readyThreshold: 100 })).toEqual({
      ready: false,
      reason: 'deployment "podinfo" exceeded its progress deadline',
      deadlineExceeded: true,
    });
  });

  it.each([
    ['the controller has not seen the spec', 3, undefined],
    ['the cache has not seen our write', 4, 5],
  ])('is not given while %s', (_, observedGeneration, writtenGeneration) => {
    const workload = deployment({ replicas: 1 }, { observedGeneration, replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
    expect(readiness(workload, { readyThreshold: 100, writtenGeneration })).toEqual({
      ready: false,
      reason: 'waiting for rollout to finish: observed deployment generation less than desired generation',
      deadlineExceeded: false,
    });
  });

  it.each([
    [{ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, ''],
    [{ desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 }, '1 out of 3 new pods have been updated'],
    [
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
      '2 of 3 (readyThreshold 100%) updated pods are available',
    ],
    [{}, ''],
  ])('of a DaemonSet with %j', (status, reason) => {
    const workload = { ...deployment({}, { observedGeneration: 4, ...status }), kind: 'DaemonSet' };
    expect(readiness(workload, { readyThreshold: 100 })).toMatchObject({
      ready: reason === '',
      reason: reason && `waiting for rollout to finish: ${reason}`,
    });
  });
});

function deployment(spec: object, status: object): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'podinfo', generation: 4 }, spec, status };
}
