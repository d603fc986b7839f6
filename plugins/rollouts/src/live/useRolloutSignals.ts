import { useEffect, useRef, useState } from 'react';
import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { formatCanaryRef, ROLLOUTS_CHANNEL, type CanaryKey } from '@aviary/plugin-rollouts-common';
import { askEvery } from './askEvery';

type ChangeSignal = { kind: string; key: { cluster: string; namespace: string; name: string } };

/**
 * Calls back with the reference of every Canary that a signal says has changed. Every signal counts, also one of several in the
 * same instant, which a hook that keeps only the last one would lose.
 *
 * @returns how often to ask without any signal, in milliseconds: signals may not be installed, not be connected yet, or not get through
 */
export function useRolloutSignals(onChanged: (ref: string) => void): number {
  const signals = useApiHolder().get(signalApiRef);
  const [isHeard, setHeard] = useState(false);
  const [since] = useState(() => Date.now());
  const latest = useRef(onChanged);
  latest.current = onChanged;
  useEffect(() => {
    const subscription = signals?.subscribe<ChangeSignal>(ROLLOUTS_CHANNEL, (message) => {
      if (isKey(message?.key)) {
        setHeard(true);
        latest.current(formatCanaryRef(message.key));
      }
    });
    return () => subscription?.unsubscribe();
  }, [signals]);
  return askEvery({ isAvailable: signals !== undefined, isHeard, listening: Date.now() - since });
}

function isKey(key: unknown): key is CanaryKey {
  return typeof key === 'object' && key !== null && 'cluster' in key && 'namespace' in key && 'name' in key;
}
