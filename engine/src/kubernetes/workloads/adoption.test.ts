import type { KubeObject, OwnerReference } from '@aviary/provider-contract';
import { CANARY_OWNER, renderableCanary } from '../testing/renderableCanary';
import { adoption } from './adoption';

const canary = renderableCanary();
const otherCanary = { ...CANARY_OWNER, name: 'other', uid: 'other-uid' };
const operator = { ...CANARY_OWNER, apiVersion: 'example.org/v1', kind: 'App', name: 'shop', uid: 'app-uid' };

describe('adoption', () => {
  it.each([
    ['our own object', [CANARY_OWNER], undefined, 'ours'],
    ['a config copy that we share', [otherCanary, { ...CANARY_OWNER, controller: false }], undefined, 'ours'],
    ["nobody's object", [], undefined, 'adoptable'],
    ['an object with owners but no controller', [{ ...operator, controller: false }], undefined, 'adoptable'],
    ["another Canary's object", [otherCanary], undefined, 'foreign'],
    ["an operator's object", [operator], undefined, 'foreign'],
    ["an operator's apex service", [operator], 'apexService', 'adoptable'],
    ["another Canary's apex service", [otherCanary], 'apexService', 'foreign'],
  ] as const)('%s', (_, owners, role, kind) => {
    expect(adoption(service([...owners]), canary, role).kind).toBe(kind);
  });

  it('names the owner and what to do', () => {
    expect(adoption(service([otherCanary]), canary)).toEqual({
      kind: 'foreign',
      owner: 'Canary other',
      message:
        'Service podinfo-canary.prod is needed by Canary podinfo but belongs to Canary other: rename the target or spec.service.name, or remove that owner',
    });
  });
});

function service(ownerReferences: OwnerReference[]): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo-canary', namespace: 'prod', ownerReferences } };
}
