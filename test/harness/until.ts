type Answer<T> = T | null | undefined | false;

/** Asks again and again until there is an answer, or a condition holds; null when `limit` milliseconds have passed. */
export async function until<T>(ask: () => Promise<Answer<T>> | Answer<T>, limit: number, every = 50): Promise<T | null> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) return null;
    await new Promise((resolve) => {
      setTimeout(resolve, every);
    });
  }
}
