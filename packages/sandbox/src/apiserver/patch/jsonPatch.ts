import { ApiError } from '../ApiError';
import { cloneJson, equalJson, isRecord } from '../json';

/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/** Applies an RFC 6902 patch to a copy. 422 when an operation does not fit the document, as a real API server has it. */
export function applyJsonPatch<T>(document: T, operations: JsonPatchOperation[]): T {
  const root = { document: cloneJson(document) as unknown };
  for (const operation of operations) {
    applyOperation(root, operation);
  }
  return root.document as T;
}

function applyOperation(root: { document: unknown }, operation: JsonPatchOperation): void {
  const { op, path, from, value } = operation;
  switch (op) {
    case 'add':
      return add(root, path, cloneJson(value));
    case 'remove':
      remove(root, path);
      return undefined;
    case 'replace':
      return replace(root, path, cloneJson(value));
    case 'move':
      return add(root, path, remove(root, from ?? ''));
    case 'copy':
      return add(root, path, cloneJson(read(root, from ?? '')));
    case 'test':
      if (!equalJson(read(root, path), value)) {
        throw unfit();
      }
      return undefined;
    default:
      throw unfit();
  }
}

function add(root: { document: unknown }, path: string, value: unknown): void {
  const { parent, key } = locate(root, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : indexIn(key, parent.length);
    parent.splice(index, 0, value);
  } else {
    parent[key] = value;
  }
}

/** As the real server's library has it, a member that is not there is added. */
function replace(root: { document: unknown }, path: string, value: unknown): void {
  const { parent, key } = locate(root, path);
  parent[Array.isArray(parent) ? indexIn(key, parent.length - 1) : key] = value;
}

function remove(root: { document: unknown }, path: string): unknown {
  const { parent, key } = locate(root, path);
  if (Array.isArray(parent)) {
    return parent.splice(indexIn(key, parent.length - 1), 1)[0];
  }
  if (!Object.hasOwn(parent, key)) {
    throw unfit();
  }
  const value = parent[key];
  delete parent[key];
  return value;
}

function read(root: { document: unknown }, path: string): unknown {
  const { parent, key } = locate(root, path);
  return Array.isArray(parent) ? parent[indexIn(key, parent.length - 1)] : parent[key];
}

function locate(root: { document: unknown }, path: string): { parent: any; key: string } {
  if (path !== '' && !path.startsWith('/')) {
    throw unfit();
  }
  const steps = ['document', ...path.split('/').slice(1).map(unescape)];
  let parent: any = root;
  for (const step of steps.slice(0, -1)) {
    parent = Array.isArray(parent) ? parent[indexIn(step, parent.length - 1)] : parent[step];
    if (!isRecord(parent) && !Array.isArray(parent)) {
      throw unfit();
    }
  }
  return { parent, key: steps.at(-1)! };
}

function indexIn(key: string, largest: number): number {
  const index = Number(key);
  if (!/^\d+$/.test(key) || index > largest) {
    throw unfit();
  }
  return index;
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The real server does not say what does not fit, either. */
function unfit(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}
