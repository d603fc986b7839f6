import type { KubeObject, ObjectRef, OwnerReference, RbacRule } from './KubeObject';

/** What a router can do. A Canary that asks for more is refused at validation, naming the ability. */
export interface RouterAbilities {
  /** Splits traffic by percentage. Without it only blue/green without traffic shifting is possible. */
  weights: boolean;
  /** Sends requests that match headers or cookies to the canary (A/B). */
  headerMatch: boolean;
  /** Copies live traffic to the canary and can be asked whether it does. */
  mirror: boolean;
  /** Keeps a client on the version it met first. */
  sessionAffinity: boolean;
  /** Route objects must exist before the primary's pods (App Mesh). */
  routesBeforeWorkload: boolean;
}

/** How traffic is split. `primary` + `canary` = 100. */
export interface Routes {
  /** Percent of live traffic to the primary, 0 to 100. */
  primary: number;
  /** Percent of live traffic to the canary, 0 to 100. */
  canary: number;
  /** Whether live traffic is also copied to the canary. */
  mirror: boolean;
}

/** What a router may know of a Canary: names, ports and the parts of the spec that shape routes. */
export interface RoutedCanary {
  namespace: string;
  name: string;
  /** Put on every object that the router creates. */
  owner: OwnerReference;
  services: { apex: string; primary: string; canary: string };
  port: number;
  /** The Canary's `spec`, defaults filled in. */
  spec: Readonly<Record<string, any>>;
}

/** What a router found in its objects. */
export type RouteReading =
  | { state: 'ready'; routes: Routes }
  /** The objects are there but their controller has not accepted them; `reason` is for the person on call. */
  | { state: 'notReady'; reason: string; routes?: Routes }
  | { state: 'absent' };

/** Queries for the built-in checks, in PromQL with Flagger's template functions. */
export interface BuiltInQueries {
  'request-success-rate': string;
  'request-duration': string;
  /** Unit of the value that `request-duration` answers with. */
  durationUnit: 'milliseconds' | 'seconds';
}

/**
 * A router sets routes. It is pure: it renders and reads objects; the engine watches and writes them,
 * adds the fence, handles conflicts, and never calls a router of which it has not checked the abilities.
 */
export interface RouterProvider {
  readonly kind: 'router';
  /** The `CONTRACT_VERSION` that it was written for; 1, the first, when absent. */
  readonly contractVersion?: number;
  /** What users write as `spec.provider`. */
  readonly id: string;
  readonly displayName: string;
  readonly abilities: RouterAbilities;
  /** What the engine must be allowed to do in the cluster for this router. */
  readonly rbac: readonly RbacRule[];
  readonly queries?: BuiltInQueries;
  /** The objects that carry this Canary's routes, whether they exist yet or not. The engine watches them. */
  references(canary: RoutedCanary): ObjectRef[];
  /**
   * The objects as they must be for `routes`, made from the ones that exist so that foreign fields survive.
   * An object that is already right is returned unchanged (the same reference), which is how drift is seen.
   * @throws ProviderError `misconfigured` or `unsupported`
   */
  render(canary: RoutedCanary, routes: Routes, existing: readonly KubeObject[]): { write: KubeObject[]; remove: ObjectRef[] };
  /** The routes that the objects stand for now. */
  read(canary: RoutedCanary, existing: readonly KubeObject[]): RouteReading;
  /** What must change when the Canary is deleted with `revertOnDeletion`; owned objects are garbage collected. */
  finalize(canary: RoutedCanary, existing: readonly KubeObject[]): { write: KubeObject[]; remove: ObjectRef[] };
}
