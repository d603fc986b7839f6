import type { KubeObject } from '@aviary/provider-contract';

/** On route objects and primaries: which decision the object was last written for (engine rules §3). */
export const FENCE_ANNOTATION = 'aviary.dev/fence';

/** A decision's place in time: the shard's epoch, then the decision's number. */
export interface Fence {
  epoch: number;
  sequence: number;
}

/** `<epoch>.<sequence>` */
export function formatFence(fence: Fence): string {
  return `${fence.epoch}.${fence.sequence}`;
}

/** The fence of a text, or undefined when it is none. */
export function parseFence(text: string | undefined): Fence | undefined {
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '');
  return parts ? { epoch: Number(parts[1]), sequence: Number(parts[2]) } : undefined;
}

/** The fence that an object carries; undefined when it has none or somebody wrote nonsense there. */
export function readFence(object: KubeObject | undefined): Fence | undefined {
  return parseFence(object?.metadata.annotations?.[FENCE_ANNOTATION]);
}

/** Negative when `a` is older than `b`, zero when they are the same, positive when newer. No fence is older than any. */
export function compareFence(a: Fence | undefined, b: Fence | undefined): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
  return a.epoch - b.epoch || a.sequence - b.sequence;
}

/** A copy of the object that carries the fence. */
export function withFence(object: KubeObject, fence: Fence): KubeObject {
  const annotations = { ...object.metadata.annotations, [FENCE_ANNOTATION]: formatFence(fence) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
