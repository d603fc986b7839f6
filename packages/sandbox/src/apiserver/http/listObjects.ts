import { ApiError, badRequest, expired } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import { parseFieldSelector } from '../select/fieldSelector';
import { parseLabelSelector } from '../select/labelSelector';
import { presentList } from './present';
import type { Reply, ResourceRequest } from './ResourceRequest';

/**
 * GET of a collection, in pages when `limit` asks for them. A later page shows objects as they are now under the
 * first page's resource version: whoever watches from there sees every change once more. `oldest` is the oldest
 * resource version that can still be watched from; 410 for pages begun before.
 */
export function listObjects(request: ResourceRequest, oldest: number): Reply {
  const { query, store } = request;
  checkFuture(query.get('resourceVersion'), store.revision);
  const start = parseContinue(query.get('continue'), oldest);
  const limit = Number(query.get('limit') ?? 0);
  const chosen = chosenObjects(request);
  const from = start ? chosen.findIndex((object) => positionOf(object) > start.after) : 0;
  const rest = from < 0 ? [] : chosen.slice(from);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const resourceVersion = start?.resourceVersion ?? String(store.revision);
  const metadata: Record<string, unknown> = { resourceVersion };
  if (page.length < rest.length) {
    metadata.continue = Buffer.from(JSON.stringify({ resourceVersion, after: positionOf(page.at(-1)!) })).toString('base64url');
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
  const testFields = fields ? parseFieldSelector(fields, request.type.storedAs ?? request.type.id) : () => true;
  const { name } = request;
  return (object) => testLabels(object.metadata.labels) && testFields(object) && (name === undefined || object.metadata.name === name);
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

function parseContinue(token: string | null, oldest: number): { resourceVersion: string; after: string } | undefined {
  if (!token) {
    return undefined;
  }
  let start;
  try {
    start = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid: it must be one that an earlier page of this list gave out');
  }
  if (Number(start.resourceVersion) < oldest) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
    );
  }
  return start;
}

/** Sorts like the store's lists: by namespace, then by name. */
function positionOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}\u0000${metadata.name}`;
}
