import type { KubeObject } from '@aviary/sandbox';
import type { RouterAbilities, RouterProvider } from '@aviary/provider-contract';
import type { Tempo } from '../harness/Tempo';
import type { ScenarioRun } from './ScenarioRun';

/** What is given, done and expected, for every router that can do it and on every ground. A scenario is one file. */
export interface Scenario {
  /** As users type it. */
  name: string;
  /** One sentence for the table of results. */
  about: string;
  /** What a router must be able to do; the others are skipped. */
  needs: readonly (keyof RouterAbilities)[];
  /** It disturbs the engine, which is a process of its own then: no other scenario runs beside it, only itself with other routers. */
  alone?: boolean;
  given(setting: Setting): Given;
  when(run: ScenarioRun): Promise<void>;
  /** What the ledger must say afterwards, line by line (see `transcript`), and what the cluster must have been left with. */
  then(setting: Setting): readonly string[];
}

/** Where a scenario is played. */
export interface Setting {
  router: RouterProvider;
  tempo: Tempo;
  namespace: string;
  /** Address of a server of the scenario's own, for webhooks; without a slash at its end. */
  hooks: string;
}

/** What the cluster has before anything happens. The namespace is made, and removed, by the harness. */
export interface Given {
  objects: KubeObject[];
  /** Requests per second that simulated clients send, by the name of the Service. */
  traffic: Record<string, number>;
}
