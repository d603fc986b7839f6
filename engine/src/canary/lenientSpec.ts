import type { z } from 'zod';
import { canarySchema, type RawCanarySpec } from './canarySchema';
import type { Problem } from './Canary';

/**
 * Reads a Canary's `spec`. What does not fit becomes a problem that names the field and is then left out, so that
 * the rest of a broken Canary can still be shown and a running rollout can still be brought home.
 */
export function lenientSpec(spec: unknown, fallbackName: string): { spec: RawCanarySpec; problems: Problem[] } {
  const draft = withoutNulls(typeof spec === 'object' && spec !== null ? spec : {}) as Record<string, unknown>;
  const problems: Problem[] = [];
  for (;;) {
    const parsed = canarySchema.safeParse(draft);
    if (parsed.success) {
      return { spec: parsed.data, problems };
    }
    // One issue at a time, from the last: removing an array element must not move the paths of the others.
    const issue = parsed.error.issues[parsed.error.issues.length - 1];
    const problem = describe(issue, draft);
    if (!problems.some((known) => known.field === problem.field)) {
      problems.unshift(problem);
    }
    leaveOut(draft, issue.path, fallbackName);
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map(withoutNulls);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== null)
        .map(([key, item]) => [key, withoutNulls(item)]),
    );
  }
  return value;
}

function describe(issue: z.core.$ZodIssue, draft: unknown): Problem {
  const field = `spec${issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
  const found = valueAt(draft, issue.path);
  const seen = found === undefined ? 'missing' : JSON.stringify(found);
  return { field, message: `${field} is ${seen}; ${wanted(issue)}.`, kind: 'misconfigured' };
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `it must be one of ${issue.values.map((value) => (value === '' ? '""' : String(value))).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'it must not be empty' : `it must be at least ${issue.minimum}`;
    case 'too_big':
      return `it must be at most ${issue.maximum}`;
    case 'invalid_union':
      return 'it must be a number or a string';
    default:
      return issue.message;
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

const FALLBACKS: Record<string, (name: string) => unknown> = {
  targetRef: (name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name }),
  service: () => ({ port: 80 }),
};

/** Removes what an issue is about: the value itself, or what cannot be without it. */
function leaveOut(draft: Record<string, unknown>, path: readonly PropertyKey[], fallbackName: string): void {
  const top = String(path[0]);
  const index = path.findIndex((part) => typeof part === 'number');
  const isPart =
    top in FALLBACKS && valueAt(draft, path) !== undefined && !(String(path[1]) in { apiVersion: 1, kind: 1, name: 1, port: 1 });
  if (top in FALLBACKS && !(isPart && path.length > 1)) {
    draft[top] = FALLBACKS[top](fallbackName);
  } else if (valueAt(draft, path) !== undefined && index < 0) {
    removeAt(draft, path);
  } else if (index >= 0) {
    removeAt(draft, path.slice(0, index + 1));
  } else {
    delete draft[top];
  }
}

function removeAt(draft: unknown, path: readonly PropertyKey[]): void {
  const parent = valueAt(draft, path.slice(0, -1));
  const last = path[path.length - 1];
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
  } else {
    delete (parent as Record<PropertyKey, unknown>)[last];
  }
}
