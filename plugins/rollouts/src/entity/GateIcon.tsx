import { RiLock2Line, RiShieldCheckLine, RiShieldUserLine } from '@remixicon/react';
import type { StepState } from '../readSteps';

/** A gate that is passed, waits or lies ahead. */
export function GateIcon({ state }: { state: StepState }) {
  if (state === 'passed') {
    return <RiShieldCheckLine size={16} aria-hidden />;
  }
  return state === 'waiting' ? <RiShieldUserLine size={16} aria-hidden /> : <RiLock2Line size={16} aria-hidden />;
}
