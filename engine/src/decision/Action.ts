import type { Routes } from '@aviary/provider-contract';
import type { ManagedObject } from './Situation';

/**
 * One change in the cluster: absolute, guarded, repeatable. Derived anew from Desired and a fresh Situation every
 * time, never replayed. `key` names it for outcomes; `direction` tells whether it goes forward or back to safety.
 */
export type Action = { key: string; direction: 'forward' | 'backward' } & (
  | { type: 'ensure'; object: ManagedObject }
  /** Creates the primary workload, with config copies, from the target (`create`) or from the kept promoted template. */
  | { type: 'createPrimary'; revision: string; podId: string }
  | { type: 'promote'; revision: string; podId: string }
  | { type: 'setRoutes'; routes: Routes }
  | { type: 'scaleUp' }
  | { type: 'scaleToZero' }
  | { type: 'pauseScaler' }
  | { type: 'resumeScaler' }
  | { type: 'addFinalizer' }
  /** Hands the apex service and the route objects back, and removes the finalizer last. */
  | { type: 'restore'; object: 'apexService' | 'routes' }
  | { type: 'removeFinalizer' }
);

/** What is missing between the desired world and the seen one. */
export interface Convergence {
  /** The next group of actions that may be tried now (groups wait for each other). Empty when confirmed or waiting. */
  actions: Action[];
  /** Nothing differs. */
  confirmed: boolean;
  /** What is waited for when there is no action to take: `the primary has no ready endpoints`. */
  waiting: string | null;
}
