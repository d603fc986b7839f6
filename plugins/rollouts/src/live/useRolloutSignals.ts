import { useEffect, useRef } from 'react';
import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { formatCanaryRef, ROLLOUTS_CHANNEL, type CanaryKey } from '@aviary/plugin-rollouts-common';

type ChangeSignal = { kind: string; key: { cluster: string; namespace: string; name: string } };

/**
 * Calls back with the reference of every Canary that a signal says has changed. Every signal counts, also one of several in the
 * same instant, which a hook that keeps only the last one would lose.
 *
 * @returns whether signals can arrive at all; without them one has to ask from time to time
 */
export function useRolloutSignals(onChanged: (ref: string) => void): boolean {
  const signals = useApiHolder().get(signalApiRef);
  const latest = useRef(onChanged);
  latest.current = onChanged;
  useEffect(() => {
    const subscription = signals?.subscribe<ChangeSignal>(ROLLOUTS_CHANNEL, (message) => {
      if (isKey(message?.key)) {
        latest.current(formatCanaryRef(message.key));
      }
    });
    return () => subscription?.unsubscribe();
  }, [signals]);
  return signals !== undefined;
}

function isKey(key: unknown): key is CanaryKey {
  return typeof key === 'object' && key !== null && 'cluster' in key && 'namespace' in key && 'name' in key;
}
