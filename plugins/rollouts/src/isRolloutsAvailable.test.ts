import type { Entity } from '@backstage/catalog-model';
import { isRolloutsAvailable } from './isRolloutsAvailable';

const entity = (annotations?: Record<string, string>): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'podinfo', annotations },
});

describe('isRolloutsAvailable', () => {
  it.each([
    ['aviary.dev/canary', 'test/podinfo'],
    ['backstage.io/kubernetes-id', 'podinfo'],
    ['backstage.io/kubernetes-label-selector', 'app=podinfo'],
  ])('shows the tab for an entity with %s', (name, value) => {
    expect(isRolloutsAvailable(entity({ [name]: value }))).toBe(true);
  });

  it('hides it where nothing leads to a Canary', () => {
    expect(isRolloutsAvailable(entity())).toBe(false);
    expect(isRolloutsAvailable(entity({ 'backstage.io/kubernetes-id': '' }))).toBe(false);
  });
});
