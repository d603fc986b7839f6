import { parseDuration } from '../prometheus/promql/duration';
import type { KubeObject } from '../apiserver/ObjectStore';

/** Pod template annotations that steer what the sandbox's pods do. */
export const FAULT_ANNOTATIONS = {
  readyAfter: 'sandbox.aviary.dev/ready-after',
  neverReady: 'sandbox.aviary.dev/never-ready',
  crashAfter: 'sandbox.aviary.dev/crash-after',
  stopAfter: 'sandbox.aviary.dev/stop-after',
  errors: 'sandbox.aviary.dev/errors',
  latency: 'sandbox.aviary.dev/latency',
} as const;

/** From start to readiness when the template says nothing, in milliseconds. */
export const DEFAULT_READY_AFTER = 2000;
/** From the request to stop to the end of the container when the template says nothing, in milliseconds. */
export const DEFAULT_STOP_AFTER = 1000;

/** How a pod behaves. Times in milliseconds. */
export interface Faults {
  readyAfter: number;
  neverReady: boolean;
  /** How long its container runs before it crashes; absent: for ever. */
  crashAfter?: number;
  /** How long its container takes to end when it is told to; it is killed at the end of the grace period. */
  stopAfter: number;
  /** Share of requests answered with a 5xx, 0 to 1. */
  errors: number;
  /** Added to every request's latency. */
  latency: number;
}

/** Reads a pod's faults from its annotations. A value that cannot be understood is as good as none. */
export function readFaults(pod: KubeObject): Faults {
  const annotations = pod.metadata.annotations ?? {};
  const time = (name: string) => {
    const text = annotations[name];
    return text === undefined ? undefined : (parseDuration(text) ?? secondsOf(text));
  };
  return {
    readyAfter: time(FAULT_ANNOTATIONS.readyAfter) ?? DEFAULT_READY_AFTER,
    neverReady: annotations[FAULT_ANNOTATIONS.neverReady] === 'true',
    crashAfter: time(FAULT_ANNOTATIONS.crashAfter),
    stopAfter: time(FAULT_ANNOTATIONS.stopAfter) ?? DEFAULT_STOP_AFTER,
    errors: Math.min(1, Math.max(0, parseShare(annotations[FAULT_ANNOTATIONS.errors]) ?? 0)),
    latency: time(FAULT_ANNOTATIONS.latency) ?? 0,
  };
}

/** A share of 0 to 1 from `20%` or `0.2`; `undefined` if it is neither. */
export function parseShare(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  return Number(match[1]) / (match[2] ? 100 : 1);
}

function secondsOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}
