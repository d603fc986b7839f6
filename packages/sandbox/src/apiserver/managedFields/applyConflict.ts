import { ApiError } from '../ApiError';
import { intersection, pathsOf, type FieldSet } from './FieldSet';
import type { ManagedFields } from './trackUpdate';

/** 409 when somebody else owns what an apply would change; undefined when nobody does. */
export function applyConflict(others: ManagedFields[], changed: FieldSet): ApiError | undefined {
  const conflicts = [...others]
    .sort((left, right) => (left.manager < right.manager ? -1 : 1))
    .map((entry) => ({ who: describe(entry), paths: pathsOf(intersection(entry.fieldsV1, changed) ?? {}).map(pathText) }))
    .filter(({ paths }) => paths.length);
  const causes = conflicts.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  if (causes.length === 0) {
    return undefined;
  }
  const [first] = causes;
  const what =
    causes.length === 1
      ? `1 conflict: ${first.message}: ${first.field}`
      : `${causes.length} conflicts: ${conflicts.map(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)].join('\n')).join('\n')}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${what}`, { causes });
}

function describe({ manager, subresource, operation, apiVersion }: ManagedFields): string {
  const where = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
  return `${JSON.stringify(manager)}${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

/** `.spec.containers[name="main"].image`. */
function pathText(steps: string[]): string {
  return steps
    .map((step) => {
      const rest = step.slice(2);
      if (step.startsWith('f:')) {
        return `.${rest}`;
      }
      const keys = Object.entries(JSON.parse(step.startsWith('k:') ? rest : `{"":${rest}}`));
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
