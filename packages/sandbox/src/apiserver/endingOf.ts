import type { KubeObject } from './ObjectStore';

/** When an object under deletion has to be gone, in milliseconds since the epoch, and how many seconds it has (or had) for that. */
export interface Ending {
  at: number;
  grace: number;
}

/**
 * What a request to delete makes of an object's ending, as in a real server: only pods that a node runs get time for it, theirs or what is
 * `asked` for; a further request can only shorten it.
 */
export function endingOf(resource: string, { metadata, spec, status }: KubeObject, asked: number | undefined, now: number): Ending {
  const wanted = asked !== undefined && asked < 0 ? 1 : asked;
  if (!metadata.deletionTimestamp) {
    const isRun = resource === '/pods' && spec?.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
    const grace = isRun ? (wanted ?? spec.terminationGracePeriodSeconds ?? 0) : 0;
    return { at: now + grace * 1000, grace };
  }
  const at = Date.parse(metadata.deletionTimestamp);
  const grace = metadata.deletionGracePeriodSeconds ?? 0;
  if (wanted === undefined || wanted >= grace) return { at, grace };
  const sooner = at - (grace - wanted) * 1000;
  return sooner < now ? { at: now, grace: Math.min(1, wanted) } : { at: sooner, grace: wanted };
}
