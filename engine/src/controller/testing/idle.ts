/** Lets everything happen that waits for nothing but its turn. */
export async function idle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
