import type { KubeObject } from '@aviary/provider-contract';
import { CANARY_OWNER, renderableCanary } from '../testing/renderableCanary';
import { readPrimary } from './readPrimary';
import { renderPrimary, type PrimaryOptions } from './renderPrimary';

const options: PrimaryOptions = {
  canary: renderableCanary(),
  selectorLabel: 'app',
  value: 'podinfo',
  podId: 'pod-1',
  configRefs: ['configmap/config'],
  includeLabelPrefix: ['app.kubernetes.io'],
};

describe('renderPrimary', () => {
  it('makes the primary Deployment from the target', () => {
    expect(renderPrimary(target(), options)).toEqual({
      differs: true,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name: 'podinfo-primary',
          namespace: 'prod',
          labels: { app: 'podinfo-primary', 'app.kubernetes.io/part-of': 'shop' },
          annotations: { note: 'mine', 'app.kubernetes.io/doc': 'x' },
          ownerReferences: [CANARY_OWNER],
        },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: 'podinfo-primary' } },
          strategy: { type: 'RollingUpdate' },
          progressDeadlineSeconds: 60,
          revisionHistoryLimit: 5,
          template: {
            metadata: {
              labels: { app: 'podinfo-primary', version: 'blue' },
              annotations: { 'prometheus.io/scrape': 'true', 'flagger-id': 'pod-1' },
            },
            spec: {
              containers: [
                { name: 'podinfo', image: 'podinfo:6.0.0', envFrom: [{ configMapRef: { name: 'config-primary' } }], future: { field: 1 } },
              ],
            },
          },
        },
      },
    });
  });

  it('begins with one pod when the target is at zero, and takes the replicas it is told', () => {
    expect(renderPrimary(target({ replicas: 0 }), options).object.spec.replicas).toBe(1);
    expect(renderPrimary(target(), { ...options, replicas: 7 }).object.spec.replicas).toBe(7);
  });

  it('promotes by replacing the template and keeps what others put on the primary', () => {
    const existing = live(renderPrimary(target(), options).object);
    existing.metadata.annotations!['deployment.kubernetes.io/revision'] = '4';
    existing.metadata.labels!.foreign = 'label';
    existing.spec.replicas = 9;
    existing.spec.paused = false;
    const next = target();
    next.spec.template.spec.containers[0].image = 'podinfo:6.0.1';
    next.metadata.annotations = { note: 'changed', 'app.kubernetes.io/doc': 'y' };
    next.spec.minReadySeconds = 5;
    delete next.spec.revisionHistoryLimit;
    const { object, differs } = renderPrimary(next, { ...options, podId: 'pod-2', existing });
    expect(differs).toBe(true);
    expect(object.metadata).toMatchObject({
      uid: 'primary-uid',
      resourceVersion: '42',
      labels: { app: 'podinfo-primary', foreign: 'label' },
      annotations: { note: 'mine', 'app.kubernetes.io/doc': 'y', 'deployment.kubernetes.io/revision': '4' },
    });
    expect(object.spec).toMatchObject({ replicas: 9, paused: false, minReadySeconds: 5 });
    expect(object.spec).not.toHaveProperty('revisionHistoryLimit');
    expect(object.spec.template.spec.containers[0].image).toBe('podinfo:6.0.1');
    expect(object.spec.template.metadata.annotations['flagger-id']).toBe('pod-2');
  });

  it('does not differ from the primary of the same promotion, whatever an autoscaler did to it', () => {
    const existing = live(renderPrimary(target(), options).object);
    existing.spec.replicas = 20;
    existing.spec.template.metadata.creationTimestamp = null;
    expect(renderPrimary(target(), { ...options, existing })).toEqual({ object: existing, differs: false });
    expect(renderPrimary(target(), { ...options, existing, podId: 'other' }).differs).toBe(true);
    existing.spec.template.spec.containers[0].image = 'edited:by-hand';
    expect(renderPrimary(target(), { ...options, existing }).differs).toBe(true);
  });

  it('notes what it was promoted from, for the next observation', () => {
    const marks = { revision: 'abc', configs: { 'secret/b': '2', 'configmap/a': '1' }, fence: { epoch: 3, sequence: 14 } };
    const { object } = renderPrimary(target(), { ...options, marks });
    expect(readPrimary(object)).toEqual({ ...marks, podId: 'pod-1' });
    const foreign = { ...object, metadata: { ...object.metadata, annotations: { 'aviary.dev/configs': 'not json' } } };
    expect(readPrimary(foreign)).toEqual({ revision: null, configs: {}, podId: 'pod-1', fence: undefined });
    const remarked = renderPrimary(target(), { ...options, marks: { ...marks, fence: { epoch: 4, sequence: 1 } }, existing: object });
    expect(remarked.object.metadata.annotations!['aviary.dev/fence']).toBe('4.1');
  });

  it('keeps the primary pods apart where the target says so of its own', () => {
    const own = () => ({ matchLabels: { app: 'podinfo' } });
    const spread = target();
    spread.spec.template.spec.affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: own(), topologyKey: 'zone' }],
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: { labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['podinfo', 'other'] }] } },
          },
        ],
      },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: own() }] },
    };
    spread.spec.template.spec.topologySpreadConstraints = [
      { labelSelector: { matchLabels: { app: 'podinfo', name: 'podinfo' } } },
      { labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
      {},
    ];
    const { spec } = renderPrimary(spread, options).object.spec.template;
    const { podAntiAffinity, podAffinity } = spec.affinity;
    expect(podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app).toBe('podinfo-primary');
    expect(
      podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchExpressions[0].values,
    ).toEqual(['podinfo-primary', 'other']);
    expect(podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector).toEqual(own());
    expect(spec.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual({ app: 'podinfo-primary', name: 'podinfo' });
    const both = renderPrimary(spread, { ...options, selectorLabels: ['app', 'name'] }).object.spec.template.spec;
    expect(both.topologySpreadConstraints[0].labelSelector.matchLabels.name).toBe('podinfo-primary');
  });

  it('makes a DaemonSet of a DaemonSet, and not one that is scaled to zero', () => {
    const daemonSet = target();
    daemonSet.kind = 'DaemonSet';
    delete daemonSet.spec.replicas;
    daemonSet.spec.updateStrategy = { type: 'RollingUpdate' };
    daemonSet.spec.template.spec.nodeSelector = { 'flagger.app/scale-to-zero': 'true' };
    const { object } = renderPrimary(daemonSet, options);
    expect(object).toMatchObject({ kind: 'DaemonSet', spec: { updateStrategy: { type: 'RollingUpdate' } } });
    expect(object.spec).not.toHaveProperty('replicas');
    expect(object.spec.template.spec).not.toHaveProperty('nodeSelector');
    expect(daemonSet.spec.template.spec.nodeSelector).toEqual({ 'flagger.app/scale-to-zero': 'true' });
  });
});

function target(spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'podinfo',
      namespace: 'prod',
      uid: 'target-uid',
      resourceVersion: '7',
      labels: { app: 'podinfo', team: 'x', 'app.kubernetes.io/part-of': 'shop', 'kustomize.toolkit.fluxcd.io/name': 'apps' },
      annotations: {
        note: 'mine',
        'app.kubernetes.io/doc': 'x',
        'kustomize.toolkit.fluxcd.io/checksum': 'y',
        'deployment.kubernetes.io/revision': '12',
      },
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'podinfo' } },
      strategy: { type: 'RollingUpdate' },
      progressDeadlineSeconds: 60,
      revisionHistoryLimit: 5,
      template: {
        metadata: {
          labels: { app: 'podinfo', version: 'blue', 'helm.toolkit.fluxcd.io/name': 'x' },
          annotations: { 'prometheus.io/scrape': 'true', 'x.toolkit.fluxcd.io/y': 'z' },
        },
        spec: {
          containers: [{ name: 'podinfo', image: 'podinfo:6.0.0', envFrom: [{ configMapRef: { name: 'config' } }], future: { field: 1 } }],
        },
      },
      ...spec,
    },
    status: { replicas: 3 },
  };
}

function live(object: KubeObject): KubeObject {
  const metadata = { ...object.metadata, uid: 'primary-uid', resourceVersion: '42', generation: 1 };
  return { ...structuredClone(object), metadata: structuredClone(metadata), status: { replicas: 3 } };
}
