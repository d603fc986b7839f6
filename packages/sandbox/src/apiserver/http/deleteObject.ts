import { badRequest } from '../ApiError';
import type { DeleteOptions } from '../ObjectStore';
import { checkDeleteOptions } from './checkOptions';
import { chosenObjects } from './listObjects';
import { presentList, presentObject } from './present';
import { parseObject } from './readBody';
import type { Reply, ResourceRequest } from './ResourceRequest';
import { isDryRun } from './writeObject';

/** Kinds of which a real server answers with the object that it deleted. */
const WHOLE = ['/namespaces', '/pods', '/resourcequotas', '/serviceaccounts', '/services'];

/** DELETE of one object: a Success Status (or the object, as the kind has it) when it is gone, the object while something holds it. */
export function deleteObject(request: ResourceRequest): Reply {
  const { store, type, namespace, name } = request;
  const options = deleteOptions(request);
  const before = store.get(type.id, namespace, name!);
  const object = store.delete(type.id, namespace, name!, options);
  const after = store.get(type.id, namespace, name!);
  if (after && after.metadata.uid === before?.metadata.uid && !options.dryRun) {
    return presentObject(request, after);
  }
  if (WHOLE.includes(type.id)) {
    return presentObject(request, object);
  }
  const details = { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: object.metadata.uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

/** DELETE of everything that the selectors choose. */
export function deleteCollection(request: ResourceRequest): Reply {
  const options = deleteOptions(request);
  const chosen = chosenObjects(request);
  for (const { metadata } of chosen) {
    // An owner's deletion may have taken this one along.
    if (request.store.get(request.type.id, metadata.namespace, metadata.name)) {
      request.store.delete(request.type.id, metadata.namespace, metadata.name, { ...options, uid: metadata.uid });
    }
  }
  return presentList(request, chosen, { resourceVersion: String(request.store.revision) });
}

function deleteOptions(request: ResourceRequest): DeleteOptions {
  const body: any = request.body.length ? parseObject(request.body, request.contentType) : {};
  const propagation = body.propagationPolicy ?? request.query.get('propagationPolicy') ?? undefined;
  checkDeleteOptions({ ...body, propagationPolicy: propagation });
  return {
    propagation: propagation ?? (body.orphanDependents ? 'Orphan' : undefined),
    uid: body.preconditions?.uid,
    resourceVersion: body.preconditions?.resourceVersion,
    gracePeriodSeconds: gracePeriod(body.gracePeriodSeconds ?? request.query.get('gracePeriodSeconds') ?? undefined),
    dryRun: isDryRun(request) || Boolean(body.dryRun?.length),
  };
}

function gracePeriod(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (seconds !== undefined && !Number.isInteger(seconds)) {
    throw badRequest(`json: cannot unmarshal ${typeof value} into Go struct field DeleteOptions.gracePeriodSeconds of type int64`);
  }
  return seconds as number | undefined;
}
