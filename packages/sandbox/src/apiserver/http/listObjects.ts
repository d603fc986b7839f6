import { ApiError, badRequest, expired } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import { parseFieldSelector } from '../select/fieldSelector';
import { parseLabelSelector } from '../select/labelSelector';
import { positionOf, type ChangeHistory } from '../watch/ChangeHistory';
import { checkListOptions } from './checkOptions';
import { presentList } from './present';
import type { Reply, ResourceRequest } from './ResourceRequest';

/**
 * GET of a collection, in pages when `limit` asks for them. The pages of one list show the objects as they were at the
 * first; so does a list that asks for exactly one resource version. 410 when the history does not go back so far.
 */
export function listObjects(request: ResourceRequest, history: ChangeHistory): Reply {
  const { query, store } = request;
  checkListOptions(query, false);
  const asked = query.get('resourceVersion') ?? '';
  const start = parseContinue(query, history);
  checkFuture(asked, store.revision);
  const exact = query.get('resourceVersionMatch') === 'Exact' ? Number(asked) : start?.revision;
  if (exact !== undefined && exact < history.oldest) {
    throw expired('The resourceVersion for the provided list is too old.');
  }
  const limit = asked === '0' ? 0 : Number(query.get('limit') ?? 0);
  const chosen = exact === undefined ? chosenObjects(request) : objectsAt(request, history, exact);
  const rest = start ? chosen.filter((object) => positionOf(object) > start.after) : chosen;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const revision = exact ?? store.revision;
  const metadata: Record<string, unknown> = { resourceVersion: String(revision) };
  if (page.length < rest.length) {
    metadata.continue = continueToken({ revision, after: positionOf(page.at(-1)!) });
    if (!query.get('labelSelector') && !query.get('fieldSelector')) {
      metadata.remainingItemCount = rest.length - page.length;
    }
  }
  return presentList(request, page, metadata);
}

/** The objects in the request's namespace that meet its selectors, by namespace and name. */
export function chosenObjects(request: ResourceRequest): KubeObject[] {
  const test = selectorTest(request);
  return request.store.list(request.type.id, request.namespace).filter(test);
}

/** The request's label and field selector as one test on objects as they are kept. */
export function selectorTest(request: ResourceRequest): (object: KubeObject) => boolean {
  const labels = request.query.get('labelSelector');
  const fields = request.query.get('fieldSelector');
  const testLabels = labels ? parseLabelSelector(labels) : () => true;
  const testFields = fields ? parseFieldSelector(fields, request.type.storedAs ?? request.type.id, request.type.custom) : () => true;
  return (object) => testLabels(object.metadata.labels) && testFields(object);
}

/** 504 for a resource version that this store has not reached: the client knows another, later store. */
export function checkFuture(asked: string | null, revision: number): void {
  if (asked && !/^\d+$/.test(asked)) {
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(asked)}: strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`,
    );
  }
  if (asked && Number(asked) > revision) {
    throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${revision}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  }
}

interface Continuation {
  /** Of the list; without one the list goes on with the present state. */
  revision?: number;
  /** The last object that was shown. */
  after: string;
}

function parseContinue(query: URLSearchParams, history: ChangeHistory): Continuation | undefined {
  const token = query.get('continue');
  if (!token) {
    return undefined;
  }
  if (query.get('resourceVersion')) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  let start: Continuation;
  try {
    start = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('invalid continue token: continue key is not valid: it must be one that an earlier page of this list gave out');
  }
  if (start.revision !== undefined && start.revision < history.oldest) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      { continue: continueToken({ after: start.after }) },
    );
  }
  return start;
}

function continueToken(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString('base64url');
}

function objectsAt(request: ResourceRequest, history: ChangeHistory, revision: number): KubeObject[] {
  const { type, namespace } = request;
  return history.objectsAt(revision, type.storedAs ?? type.id, namespace).filter(selectorTest(request));
}
