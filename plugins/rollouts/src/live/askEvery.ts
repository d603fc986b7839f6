const OFTEN = 5_000;
const SOMETIMES = 15_000;
const SAFETY_NET = 30_000;
const UNTIL_CONNECTED = 30_000;

/** What is known about signals. The signals API does not tell whether it is connected; only a signal proves it. */
export interface SignalsKnown {
  isAvailable: boolean;
  isHeard: boolean;
  /** Milliseconds since the subscription. */
  listening: number;
}

/** Milliseconds between askings: a safety net once signals are known to arrive, the only way to know of changes before that. */
export function askEvery({ isAvailable, isHeard, listening }: SignalsKnown): number {
  if (isAvailable && isHeard) {
    return SAFETY_NET;
  }
  return isAvailable && listening > UNTIL_CONNECTED ? SOMETIMES : OFTEN;
}
