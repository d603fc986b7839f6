import type { ServerResponse } from 'node:http';
import { expired } from '../ApiError';
import type { Faults } from '../Faults';
import { checkFuture, chosenObjects, selectorTest } from '../http/listObjects';
import { presentObject, tableOptions } from '../http/present';
import type { ResourceRequest } from '../http/ResourceRequest';
import type { KubeObject } from '../ObjectStore';
import { apiVersionOf } from '../ResourceType';
import { tableOf } from '../tables/tableOf';
import type { Change, ChangeHistory } from './ChangeHistory';
import { WatchStream } from './WatchStream';

const bookmarkEvery = 60_000;
/** A real API server ends a watch after 30 to 60 minutes when the client names no time. */
const longest = 45 * 60_000;

/**
 * Streams changes of the chosen objects until the time asked for is over or the client goes. Starts after the
 * given resource version; with none or `0`, or with `sendInitialEvents`, from the objects that exist now.
 */
export function serveWatch(request: ResourceRequest, response: ServerResponse, history: ChangeHistory, faults: Faults): void {
  const { query, clock, store } = request;
  const asked = query.get('resourceVersion');
  const initialEvents = query.get('sendInitialEvents');
  checkFuture(asked, store.revision);
  const choose = chooser(request);
  const format = formatter(request);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const stream = new WatchStream(response, faults, clock);

  const fromNow = initialEvents === 'true' || (initialEvents === null && (!asked || asked === '0'));
  const start = fromNow || !asked || asked === '0' ? store.revision : Number(asked);
  if (start < history.oldest) {
    stream.send('ERROR', expired(`too old resource version: ${start} (${history.oldest})`).toStatus());
    stream.end();
    return;
  }
  const deliver = (change: Change) => {
    const seen = choose(change);
    if (seen) {
      stream.send(seen.type, format(seen.object));
    }
  };
  if (fromNow) {
    chosenObjects(request).forEach((object) => stream.send('ADDED', format(object)));
    if (initialEvents === 'true') {
      stream.send('BOOKMARK', bookmark(request, { 'k8s.io/initial-events-end': 'true' }));
    }
  } else {
    history.after(start, request.type.storedAs ?? request.type.id).forEach(deliver);
  }
  const stop = history.listen(request.type.storedAs ?? request.type.id, deliver);
  const stopTimers = limitTime(request, stream);
  response.on('close', () => {
    stop();
    stopTimers();
  });
}

/** What a change is to a watcher with selectors: objects that come into the selection are added, others deleted. */
function chooser(request: ResourceRequest): (change: Change) => { type: string; object: KubeObject } | undefined {
  const test = selectorTest(request);
  return ({ type, object, old }) => {
    if (request.namespace !== undefined && object.metadata.namespace !== request.namespace) {
      return undefined;
    }
    const isIn = test(object);
    if (type !== 'MODIFIED') {
      return isIn || (old && test(old)) ? { type, object } : undefined;
    }
    const wasIn = old !== undefined && test(old);
    if (!isIn) {
      // The object as the watcher knew it, but with the version of the change, so that it can go on from there.
      const last = { ...old!, metadata: { ...old!.metadata, resourceVersion: object.metadata.resourceVersion } };
      return wasIn ? { type: 'DELETED', object: last } : undefined;
    }
    return { type: wasIn ? 'MODIFIED' : 'ADDED', object };
  };
}

function formatter(request: ResourceRequest): (object: KubeObject) => object {
  let withoutHeaders = false;
  return (object) => {
    const { body } = presentObject(request, object);
    const shown = request.representation === 'table' && withoutHeaders ? { ...body, columnDefinitions: [] } : body;
    withoutHeaders = true;
    return shown;
  };
}

function bookmark(request: ResourceRequest, annotations?: Record<string, string>): object {
  const metadata = { resourceVersion: String(request.store.revision), creationTimestamp: null, ...(annotations ? { annotations } : {}) };
  if (request.representation === 'table') {
    return tableOf([], metadata, { ...tableOptions(request), withoutHeaders: true });
  }
  if (request.representation === 'metadata') {
    return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
  }
  return { kind: request.type.kind, apiVersion: apiVersionOf(request.type, request.version.name), metadata };
}

function limitTime(request: ResourceRequest, stream: WatchStream): () => void {
  const { clock, query } = request;
  const wanted = query.get('allowWatchBookmarks') === 'true';
  const mark = () => {
    if (wanted) {
      stream.send('BOOKMARK', bookmark(request));
    }
  };
  let cancelBookmark = () => {};
  const schedule = () => {
    cancelBookmark = clock.after(bookmarkEvery, () => {
      mark();
      schedule();
    });
  };
  if (wanted) {
    schedule();
  }
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const cancelEnd = clock.after(seconds > 0 ? seconds * 1000 : longest, () => {
    mark();
    stream.end();
  });
  return () => {
    cancelBookmark();
    cancelEnd();
  };
}
