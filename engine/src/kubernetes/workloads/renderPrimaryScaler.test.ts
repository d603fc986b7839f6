import type { KubeObject } from '@aviary/provider-contract';
import { CANARY_OWNER, renderableCanary } from '../testing/renderableCanary';
import { renderPrimaryScaler } from './renderPrimaryScaler';

const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo-hpa' };
const canary = renderableCanary({ spec: { autoscalerRef } });
const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
const target: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'podinfo-hpa',
    namespace: 'prod',
    labels: { team: 'x', 'kustomize.toolkit.fluxcd.io/name': 'y' },
    annotations: { a: 'b' },
  },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, minReplicas: 2, maxReplicas: 4, metrics },
};

describe('renderPrimaryScaler', () => {
  it('makes the scaler of the primary from that of the target', () => {
    expect(renderPrimaryScaler(target, canary).object).toEqual({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'podinfo-hpa-primary', namespace: 'prod', labels: { team: 'x' }, ownerReferences: [CANARY_OWNER] },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo-primary' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics,
      },
    });
  });

  it('lets the Canary override the replicas', () => {
    const overridden = renderableCanary({
      spec: { autoscalerRef: { ...autoscalerRef, primaryScalerReplicas: { minReplicas: 5, maxReplicas: 9 } } },
    });
    expect(renderPrimaryScaler(target, overridden).object.spec).toMatchObject({ minReplicas: 5, maxReplicas: 9 });
  });

  it('sees what differs and keeps what is not ours', () => {
    const made = renderPrimaryScaler(target, canary).object;
    const existing = {
      ...made,
      metadata: { ...made.metadata, resourceVersion: '9', annotations: { foreign: 'x' } },
      status: { currentReplicas: 2 },
    };
    expect(renderPrimaryScaler(target, canary, existing)).toEqual({ object: existing, differs: false });
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const changed = renderPrimaryScaler({ ...target, spec: { ...target.spec, behavior } }, canary, existing);
    expect(changed).toMatchObject({
      differs: true,
      object: { metadata: { resourceVersion: '9', annotations: { foreign: 'x' } }, spec: { behavior } },
    });
  });

  it('refuses other kinds of autoscaler, and a Canary without one', () => {
    const keda = renderableCanary({ spec: { autoscalerRef: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'x' } } });
    expect(() => renderPrimaryScaler(target, keda)).toThrow(expect.objectContaining({ kind: 'unsupported' }));
    expect(() => renderPrimaryScaler(target, renderableCanary())).toThrow('has no spec.autoscalerRef');
  });
});
