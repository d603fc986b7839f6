import { applyConflict } from './applyConflict';
import type { FieldSet } from './FieldSet';
import type { ManagedFields } from './trackUpdate';

function owner(manager: string, fieldsV1: FieldSet, more: Partial<ManagedFields> = {}): ManagedFields {
  return { manager, operation: 'Apply', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1, ...more };
}

describe('applyConflict', () => {
  const changed = { 'f:data': { 'f:a': {}, 'f:b': {} } };

  it('is none where nobody else owns what changes', () => {
    expect(applyConflict([owner('one', { 'f:data': { 'f:c': {} } }), owner('two', { 'f:data': {} })], changed)).toBeUndefined();
  });

  it('names one field in one line, several under their managers', () => {
    expect(applyConflict([owner('one', { 'f:data': { 'f:a': {} } })], changed)?.message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .data.a',
    );
    expect(applyConflict([owner('two', { 'f:data': { 'f:b': {} } }), owner('one', changed)], changed)).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 3 conflicts: conflicts with "one":\n- .data.a\n- .data.b\nconflicts with "two":\n- .data.b',
    });
  });

  it.each([
    [{ 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } } } }, '.spec.ports[port=80,protocol="TCP"].name'],
    [{ 'f:metadata': { 'f:finalizers': { 'v:"a.example/b"': {} } } }, '.metadata.finalizers[="a.example/b"]'],
    [{ 'f:spec': { 'f:parts': { 'k:{"name":"x"}': { '.': {} } } } }, '.spec.parts[name="x"]'],
  ])('writes the path %j as %s', (fields: FieldSet, path) => {
    expect(applyConflict([owner('one', fields)], fields)?.details).toEqual({
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: path }],
    });
  });

  it('tells updates and subresources from applies', () => {
    const update = owner('one', changed, { operation: 'Update', apiVersion: 'apps/v1', subresource: 'scale' });
    expect(applyConflict([update], { 'f:data': { 'f:a': {} } })?.message).toBe(
      'Apply failed with 1 conflict: conflict with "one" with subresource "scale" using apps/v1: .data.a',
    );
  });
});
