import type { RouterProvider } from '@aviary/provider-contract';
import type { Scenario } from './Scenario';

/** One scenario with one router. */
export interface Part {
  scenario: Scenario;
  router: RouterProvider;
}

/** Why a router cannot play a scenario, for people; null when it can. */
export function whySkipped({ scenario, router }: Part): string | null {
  const missing = scenario.needs.filter((ability) => !router.abilities[ability]);
  return missing.length === 0 ? null : `needs ${missing.join(', ')}, which ${router.id} does not have`;
}

/** How a part went on one ground. */
export interface Result extends Part {
  /** The ground's name. */
  ground: string;
  expected: readonly string[];
  /** What was decided, as far as it got. */
  found: readonly string[];
  /** The sentence of its last decision. */
  lastWords: string;
  /** What kept the scenario from its end; null: nothing. */
  error: Error | null;
  /** Seconds of the wall clock. */
  took: number;
}

/** Whether the ground decided as expected. */
export function isSame({ expected, found, error }: Result): boolean {
  return error === null && expected.length === found.length && expected.every((line, index) => line === found[index]);
}
