import { humanDuration } from './humanDuration';
import { jsonPath, setJsonPath } from './jsonPath';

describe('humanDuration', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [200, '3m20s'],
    [659, '10m'],
    [47 * 60, '47m'],
    [179 * 60, '179m'],
    [180 * 60, '3h'],
    [5 * 3600 + 180, '5h3m'],
    [30 * 3600, '30h'],
    [3 * 86400 + 7200, '3d2h'],
    [12 * 86400, '12d'],
    [810 * 86400, '2y80d'],
    [10 * 365 * 86400, '10y'],
    [-5, '<invalid>'],
  ])('%d s is %s', (seconds, expected) => {
    expect(humanDuration(seconds * 1000)).toBe(expected);
  });
});

describe('jsonPath', () => {
  const object = {
    metadata: { annotations: { 'a.b/c': 'x' } },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Synced', status: 'False' },
      ],
    },
  };

  it.each([
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Synced')].status", ['False']],
    ['.status.conditions[?(@.type!="Ready")].status', ['False']],
    ['.status.conditions[0].type', ['Ready']],
    ['.status.conditions[-1].type', ['Synced']],
    ['.status.conditions[*].type', ['Ready', 'Synced']],
    ['.metadata.annotations.a\\.b/c', ['x']],
    [".metadata.annotations['a.b/c']", ['x']],
    ['{.metadata.annotations.a\\.b/c}', ['x']],
    ['.no.such.path', []],
  ])('%s', (path, expected) => {
    expect(jsonPath(object, path)).toEqual(expected);
  });

  it('sets a value, making what is missing on the way', () => {
    const target = { spec: { a: 1 } };
    setJsonPath(target, '.spec.deep.replicas', 3);
    expect(target).toEqual({ spec: { a: 1, deep: { replicas: 3 } } });
  });
});
