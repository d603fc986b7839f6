import { invalid, type Cause } from '../ApiError';
import type { ResourceRequest } from './ResourceRequest';

/** Refuses (422) query parameters of a write that make no sense. */
export function checkWriteOptions(request: ResourceRequest, method: string): void {
  const kinds: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions', DELETE: 'DeleteOptions' };
  const { query, contentType } = request;
  const causes = dryRunCauses(query.getAll('dryRun').filter((value) => value !== ''));
  if (method === 'PATCH') {
    const isApply = contentType.startsWith('application/apply-patch');
    if (isApply && !query.get('fieldManager')) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' });
    }
    if (!isApply && query.has('force')) {
      causes.push(forbidden('force', 'may not be specified for non-apply patch'));
    }
  }
  refuse(kinds[method], causes);
}

/** Refuses (422) a body of DELETE whose values make no sense. */
export function checkDeleteOptions(body: any): void {
  const causes = dryRunCauses(body.dryRun ?? []);
  if (body.propagationPolicy && !['Background', 'Foreground', 'Orphan'].includes(body.propagationPolicy)) {
    const supported = '"Foreground", "Background", "Orphan", "nil"';
    causes.push(unsupported('propagationPolicy', JSON.stringify(body.propagationPolicy), supported));
  }
  refuse('DeleteOptions', causes);
}

/** Refuses (422) query parameters of a list or watch that make no sense. */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const initial = query.has('sendInitialEvents');
  const field = 'resourceVersionMatch';
  const causes: Cause[] = [];
  if (isWatch) {
    if (match && !initial) {
      causes.push(forbidden(field, `${field} is forbidden for watch unless sendInitialEvents is provided`));
    } else if (initial && match !== 'NotOlderThan') {
      causes.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
    }
  } else {
    if (initial) {
      causes.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
    }
    if (match && !version) {
      causes.push(forbidden(field, `${field} is forbidden unless resourceVersion is provided`));
    } else if (match && query.get('continue')) {
      causes.push(forbidden(field, `${field} is forbidden when continue is provided`));
    } else if (match && match !== 'Exact' && match !== 'NotOlderThan') {
      causes.push(unsupported(field, JSON.stringify(match), '"Exact", "NotOlderThan", ""'));
    } else if (match === 'Exact' && version === '0') {
      causes.push(forbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`));
    }
  }
  refuse('ListOptions', causes);
}

function dryRunCauses(values: string[]): Cause[] {
  return values.some((value) => value !== 'All') ? [unsupported('dryRun', JSON.stringify(values), '"All"')] : [];
}

function forbidden(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function unsupported(field: string, value: string, supported: string): Cause {
  return { reason: 'FieldValueNotSupported', message: `Unsupported value: ${value}: supported values: ${supported}`, field };
}

function refuse(kind: string, causes: Cause[]): void {
  if (causes.length) {
    throw invalid({ group: 'meta.k8s.io', plural: '', kind }, '', causes);
  }
}
