/** Does something for each item, a given number of them at a time. Fails with the first failure. */
export async function eachAtOnce<T>(items: readonly T[], width: number, act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  // All workers draw from the same iterator.
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: width }, work));
}
