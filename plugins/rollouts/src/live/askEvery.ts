/** Milliseconds between askings: a safety net where signals arrive, the only way to know where they do not. */
export function askEvery(signalsAvailable: boolean): number {
  return signalsAvailable ? 30_000 : 5_000;
}
