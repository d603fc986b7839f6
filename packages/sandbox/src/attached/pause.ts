import type { Clock } from '../Clock';

/** Waits so many milliseconds; true when they have passed, false when `signal` came first. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', end);
      resolve(true);
    });
    return signal.addEventListener('abort', end, { once: true });
  });
}
