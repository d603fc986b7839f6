import type { KubeObject } from '@aviary/provider-contract';
import { CANARY_OWNER, renderableCanary } from '../testing/renderableCanary';
import { renderConfigCopy } from './renderConfigCopy';

const canary = renderableCanary();
const options = { canary, includeLabelPrefix: ['app.kubernetes.io'] };
const source: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'keys',
    namespace: 'prod',
    labels: { 'app.kubernetes.io/name': 'podinfo', team: 'x', 'kustomize.toolkit.fluxcd.io/name': 'apps' },
    annotations: { note: 'mine' },
  },
  type: 'kubernetes.io/basic-auth',
  immutable: true,
  data: { password: 'eA==' },
};

describe('renderConfigCopy', () => {
  it('copies data, binary data and type under the primary name, owned by the Canary', () => {
    const { object, differs } = renderConfigCopy({ ...source, binaryData: { logo: 'AA==' } }, options);
    expect(differs).toBe(true);
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'keys-primary',
        namespace: 'prod',
        labels: { 'app.kubernetes.io/name': 'podinfo' },
        ownerReferences: [CANARY_OWNER],
      },
      type: 'kubernetes.io/basic-auth',
      data: { password: 'eA==' },
      binaryData: { logo: 'AA==' },
    });
  });

  it('does not differ from what it made, with what the server adds', () => {
    const made = renderConfigCopy(source, options).object;
    const existing = { ...made, metadata: { ...made.metadata, uid: 'u', resourceVersion: '7', creationTimestamp: 'now' } };
    expect(renderConfigCopy(source, { ...options, existing })).toEqual({ object: existing, differs: false });
    expect(renderConfigCopy({ ...source, data: { password: 'eQ==' } }, { ...options, existing })).toMatchObject({
      differs: true,
      object: { metadata: { resourceVersion: '7' }, data: { password: 'eQ==' } },
    });
  });

  it('shares a copy with another Canary without taking control of it', () => {
    const other = { ...CANARY_OWNER, name: 'other', uid: 'other-uid' };
    const made = renderConfigCopy(source, options).object;
    const existing = { ...made, metadata: { ...made.metadata, ownerReferences: [other] } };
    const shared = renderConfigCopy(source, { ...options, existing });
    expect(shared.object.metadata.ownerReferences).toEqual([other, { ...CANARY_OWNER, controller: false }]);
    expect(renderConfigCopy(source, { ...options, existing: shared.object }).differs).toBe(false);
  });
});
