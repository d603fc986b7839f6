import type { Clock } from '../Clock';
import type { ApiConnection } from './connectToApi';
import { pause } from './pause';

const EVERY = 10_000;
const PATIENCE = 5000;

/**
 * Asks the API server every 10 s for something cheap, until `signal`, and calls `onSilence` when it says nothing for 5 s: an open watch does
 * not tell, it is as silent when nothing happens as when the server hangs. A refusal is an answer, too.
 */
export async function noticeSilence(
  api: ApiConnection,
  { clock, signal, onSilence }: { clock: Clock; signal: AbortSignal; onSilence: (problem: string) => void },
): Promise<void> {
  while (await pause(clock, EVERY, signal)) {
    const answered = api.get('/version').then(
      () => false,
      () => false,
    );
    const silent = await Promise.race([answered, pause(clock, PATIENCE, signal)]);
    if (silent) onSilence(`no answer within ${PATIENCE / 1000} s`);
  }
}
