import { routedCanary, routerContract } from '@aviary/provider-contract-tests';
import { kubernetes } from './kubernetes';

describe('kubernetes', () => {
  routerContract(test, { router: kubernetes });

  it('writes nothing, whatever routes are decided', () => {
    for (const canary of [0, 50, 100]) {
      expect(kubernetes.render(routedCanary(), { primary: 100 - canary, canary, mirror: false }, [])).toEqual({ write: [], remove: [] });
    }
  });
});
