/** Asks again and again until there is an answer; null when `limit` milliseconds have passed. */
export async function until<T>(ask: () => Promise<T | null>, limit: number, every = 50): Promise<T | null> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > end) return null;
    await new Promise((resolve) => {
      setTimeout(resolve, every);
    });
  }
}
