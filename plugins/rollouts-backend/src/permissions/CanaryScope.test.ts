import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import { type CanaryScope, intersectScopes, isEmptyScope, scopeOfCriteria } from './CanaryScope';
import type { CanaryCondition } from './canaryResource';

const eu: CanaryCondition = { field: 'cluster', values: ['eu'] };
const test: CanaryCondition = { field: 'namespace', values: ['test', 'web'] };
const mine: CanaryCondition = { field: 'owner', values: ['group:default/payments'] };

describe('scopeOfCriteria', () => {
  it.each<[string, PermissionCriteria<CanaryCondition>, CanaryScope | null]>([
    ['a cluster', eu, { cluster: ['eu'] }],
    ['all of cluster and namespace', { allOf: [eu, test] }, { cluster: ['eu'], namespace: ['test', 'web'] }],
    ['all of two namespaces', { allOf: [test, { field: 'namespace', values: ['web'] }] }, { namespace: ['web'] }],
    ['all of what cannot be', { allOf: [test, { field: 'namespace', values: ['x'] }] }, { namespace: [] }],
    ['an owner', mine, null],
    ['any of', { anyOf: [eu, test] }, null],
    ['not', { not: eu }, null],
    ['all of with an owner in it', { allOf: [eu, mine] }, null],
  ])('makes a filter of %s', (_, criteria, scope) => {
    expect(scopeOfCriteria(criteria)).toEqual(scope);
  });
});

describe('intersectScopes', () => {
  const a = { cluster: 'eu', namespace: 'test', name: 'a' };
  const b = { cluster: 'eu', namespace: 'test', name: 'b' };

  it.each<[CanaryScope, CanaryScope, CanaryScope]>([
    [{}, {}, {}],
    [{ cluster: ['eu'] }, {}, { cluster: ['eu'] }],
    [{}, { keys: [a] }, { keys: [a] }],
    [{ keys: [a, b] }, { keys: [{ ...b }] }, { keys: [b] }],
    [{ cluster: ['eu'] }, { cluster: ['us'] }, { cluster: [] }],
    [{ cluster: undefined }, { cluster: ['us'] }, { cluster: ['us'] }],
  ])('%j and %j', (left, right, expected) => {
    expect(intersectScopes(left, right)).toEqual(expected);
  });

  it('knows when nothing is left', () => {
    expect(isEmptyScope({ cluster: ['eu'], keys: [] })).toBe(true);
    expect(isEmptyScope({ cluster: ['eu'] })).toBe(false);
    expect(isEmptyScope({})).toBe(false);
  });
});
