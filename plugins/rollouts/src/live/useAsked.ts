import { useCallback, useEffect, useRef, useState } from 'react';
import { Asker, nothingYet, type AskerOptions, type AskerState } from './Asker';

/** What is known of the answer, and how to ask again. */
export interface Asked<T> extends AskerState<T> {
  /** Whether `value` answers an earlier question than the present one. */
  stale: boolean;
  /** Asks now. */
  ask(): void;
  /** Asks in a moment; several calls in quick succession are answered together. */
  askSoon(): void;
}

export interface AskedOptions<T> extends AskerOptions<T> {
  /** Names the question: another text is another question and asked at once. Null asks nothing. */
  question: string | null;
}

/**
 * Keeps the answer to a question fresh while the component lives; also asks when the browser comes back on line or into view.
 * The answer to an earlier question stays, marked stale, until the new one is there.
 */
export function useAsked<T>(options: AskedOptions<T>): Asked<T> {
  const { question } = options;
  const latest = useRef(options);
  latest.current = options;
  const asker = useRef<Asker<T>>();
  const [{ state, answers }, setKnown] = useState<{ state: AskerState<T>; answers: string | null }>({ state: nothingYet(), answers: null });

  useEffect(() => {
    if (question === null) {
      return undefined;
    }
    const own = new Asker<T>(
      () => latest.current,
      (next) => {
        setKnown((before) => {
          const { value, answeredAt } = next.value === undefined ? before.state : next;
          return { state: { ...next, value, answeredAt }, answers: next.value === undefined ? before.answers : question };
        });
      },
    );
    asker.current = own;
    const ask = () => own.ask();
    const askIfVisible = () => document.visibilityState === 'visible' && own.ask();
    window.addEventListener('online', ask);
    document.addEventListener('visibilitychange', askIfVisible);
    own.ask();
    return () => {
      own.stop();
      window.removeEventListener('online', ask);
      document.removeEventListener('visibilitychange', askIfVisible);
    };
  }, [question]);

  const ask = useCallback(() => void asker.current?.ask(), []);
  const askSoon = useCallback(() => asker.current?.askSoon(), []);
  return { ...state, stale: answers !== question, ask, askSoon };
}
