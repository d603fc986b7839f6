import { ApiError } from '../apiserver/ApiError';
import type { KubeObject, StoreEvent } from '../apiserver/ObjectStore';
import { type Clock, createClock } from '../Clock';
import type { ClusterReader } from '../mesh/ClusterReader';
import type { ReadKind } from '../mesh/readKinds';
import type { ApiConnection } from './connectToApi';
import { FollowedObjects } from './FollowedObjects';
import { kindPath } from './kindPath';
import { noticeSilence } from './noticeSilence';
import { pause } from './pause';
import { Sight } from './Sight';

// Between two looks for a kind that does not exist yet, and between two attempts to reach a server that does not answer.
const PAUSE = 1000;
// A watch that the server ends this soon is a refusal, in milliseconds.
const SHORTEST_WATCH = 200;

/** A cluster's objects of some kinds, kept up to date until closed. */
export interface FollowedCluster extends ClusterReader {
  close(): void;
}

/** Who is told what of a followed cluster. */
export interface FollowOptions {
  /** Gets a sentence when kinds of objects cannot be followed any more, which says why, and one when they can again. */
  report?: (sentence: string) => void;
  /** The time that passes between two attempts; the wall clock when not given. */
  clock?: Clock;
}

/**
 * Follows objects of a cluster by list and watch. A kind that does not exist yet is followed as soon as it does. While the API server does
 * not answer, the objects stay as they were last seen.
 *
 * @throws Error when the first list of a kind fails: no server, wrong credentials, no permission
 */
export async function followCluster(
  api: ApiConnection,
  kinds: readonly ReadKind[],
  { report = () => undefined, clock = wallClock() }: FollowOptions = {},
): Promise<FollowedCluster> {
  const listeners = new Set<(event: StoreEvent) => void>();
  const known = new Map(kinds.map(({ resource }) => [resource, new FollowedObjects(resource)]));
  const served = new Set<string>();
  const sight = new Sight(clock, report);
  const ended = new AbortController();
  const close = () => {
    ended.abort();
    sight.close();
    api.close();
  };
  const tell = (events: StoreEvent[]) => {
    for (const event of events) for (const listener of listeners) listener(event);
  };
  const objectsOf = (resource: string) => {
    const objects = known.get(resource);
    if (!objects || !served.has(resource)) throw new Error(`the cluster's ${resource} are not followed, or it has no such kind`);
    return objects;
  };
  const follow = (kind: ReadKind) => {
    const sink = {
      objects: known.get(kind.resource)!,
      tell,
      exists: (exists: boolean) => void (exists ? served.add(kind.resource) : served.delete(kind.resource)),
    };
    return new Promise<void>((resolve, reject) => {
      keepFollowing({ api, kind, sink, sight, clock, signal: ended.signal, listed: resolve, failed: reject });
    });
  };
  try {
    await Promise.all(kinds.map(follow));
  } catch (error) {
    close();
    throw new Error(`the cluster cannot be followed: ${(error as Error).message}`);
  }
  const onSilence = (problem: string) => {
    for (const { resource } of kinds) sight.failed(resource, problem);
    api.breakOff(problem);
  };
  noticeSilence(api, { clock, signal: ended.signal, onSilence });
  return {
    types: { find: (resource) => (served.has(resource) ? known.get(resource) : undefined) },
    get: (resource, namespace, name) => objectsOf(resource).get(namespace, name),
    list: (resource, namespace) => objectsOf(resource).list(namespace),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

function wallClock(): Clock {
  const now = Date.now();
  return createClock({ real: now, shown: now, speed: 1 });
}

interface Following {
  api: ApiConnection;
  kind: ReadKind;
  sink: { objects: FollowedObjects; tell(events: StoreEvent[]): void; exists(exists: boolean): void };
  sight: Sight;
  clock: Clock;
  signal: AbortSignal;
  /** Called after every list, or when there is no such kind. */
  listed(): void;
  failed(error: Error): void;
}

async function keepFollowing(following: Following): Promise<void> {
  const { kind, sight, clock, signal, failed } = following;
  const place: Place = {};
  while (!signal.aborted) {
    const began = clock.now();
    let refused = false;
    try {
      await followOnce(following, place);
    } catch (error) {
      // A refusal may mean that the version is too old or the kind is gone: begin anew. After a broken connection go on where it broke.
      if (error instanceof ApiError) place.version = undefined;
      refused = true;
      if (!signal.aborted) sight.failed(kind.resource, (error as Error).message);
      // "Too many requests", which is also what a server says of a kind that was defined a moment ago, is no failure: it asks for patience.
      if (!(error instanceof ApiError && error.code === 429)) failed(error as Error);
    }
    if (refused || clock.now() - began < SHORTEST_WATCH) await pause(clock, PAUSE, signal);
  }
}

/** Where a follower is: the collection, and the resource version it knows; without one it has to list. */
interface Place {
  path?: string;
  version?: string;
}

/** One list, if need be, and one watch until its end. */
async function followOnce({ api, kind, sink, sight, listed }: Following, place: Place): Promise<void> {
  if (place.version === undefined) {
    place.path = await kindPath(api, kind);
    const list = place.path && (await api.get(`${place.path}?${selection(kind)}`).catch(missing));
    sink.exists(Boolean(list));
    sink.tell(sink.objects.replace(list ? itemsOf(list) : []));
    place.version = list ? list.metadata.resourceVersion : undefined;
    listed();
    sight.followed(kind.resource);
    if (!list) return;
  }
  const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${place.version}&${selection(kind)}`;
  const opened = () => sight.followed(kind.resource);
  await api.watch(`${place.path}?${query}`, opened, ({ type, object }) => {
    if (type === 'ERROR') throw new ApiError(object.code ?? 500, object.reason ?? '', object.message ?? 'the watch failed');
    place.version = object.metadata.resourceVersion;
    if (type === 'DELETED') sink.tell(sink.objects.remove(object));
    else if (type !== 'BOOKMARK') sink.tell(sink.objects.put(object));
  });
}

function selection({ name }: ReadKind): string {
  return name === undefined ? '' : `fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
}

// Items of a list leave out what they have in common.
function itemsOf(list: { apiVersion: string; kind: string; items?: KubeObject[] }): KubeObject[] {
  const { apiVersion, kind, items } = list;
  return (items ?? []).map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, '') }));
}

function missing(error: Error): undefined {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
}
