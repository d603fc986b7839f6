/** Milliseconds between two questions. */
const ASK_EVERY = 150;
/** Milliseconds until one question is given up. */
const ASK_LIMIT = 2_000;

/** Resolves when the portal answers, which is after all its plugins started. */
export async function portalAnswers(port: number, signal: AbortSignal): Promise<void> {
  await until(async () => (await ask(port, '/.backstage/health/v1/readiness'))?.ok === true, signal);
}

/** Resolves when the engine holds its leases and knows the cluster, and the portal can read the ledger. */
export async function engineWorks(port: number, signal: AbortSignal): Promise<void> {
  await until(async () => {
    const answer = await ask(port, '/api/rollouts/v1/health');
    const health = answer?.ok ? ((await answer.json()) as { ledger: string; engine: string }) : null;
    return health?.ledger === 'open' && health.engine === 'ready';
  }, signal);
}

async function ask(port: number, path: string): Promise<Response | null> {
  try {
    return await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ASK_LIMIT) });
  } catch {
    return null;
  }
}

async function until(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await condition())) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
  }
}
