import type { CanarySpec } from '../canary/Canary';
import type { Situation } from './Situation';

/** Names as Flagger's event texts have them (facts, Notation). */
export interface Names {
  /** `CD.NS`. */
  canary: string;
  /** `TARGET.NS`. */
  target: string;
  /** `TARGET-primary.NS`. */
  primary: string;
  /** `Deployment`. */
  kind: string;
  /** `deployment TARGET.NS`. */
  canaryWorkload: string;
}

/** The names of one Canary for events and reasons. */
export function namesOf({ canary }: { canary: { namespace: string; name: string; spec: CanarySpec } }): Names {
  const { namespace, name, spec } = canary;
  const target = `${spec.targetRef.name}.${namespace}`;
  return {
    canary: `${name}.${namespace}`,
    target,
    primary: `${spec.targetRef.name}-primary.${namespace}`,
    kind: spec.targetRef.kind,
    canaryWorkload: `${spec.targetRef.kind.toLowerCase()} ${target}`,
  };
}

/** Why the target cannot take traffic, in Flagger's words; empty when it can. */
export function targetTrouble(situation: Situation): string {
  const { target, endpoints, canary } = situation;
  const { kind, name } = canary.spec.targetRef;
  if (!target.present) {
    return `${kind.toLowerCase()} ${name}.${canary.namespace} get query error: ${kind.toLowerCase()}s.apps "${name}" not found`;
  }
  if (target.replicas === 0) {
    return 'scaled to zero';
  }
  if (!target.ready) {
    return target.notReadyReason || 'not ready';
  }
  return endpoints.canary > 0 ? '' : 'no ready endpoints';
}

/** Why the primary cannot take traffic; empty when it can. */
export function primaryTrouble({ primary, endpoints }: Situation): string {
  if (!primary.present) {
    return 'it does not exist';
  }
  if (!primary.ready) {
    return primary.notReadyReason || 'not ready';
  }
  return endpoints.primary > 0 ? '' : 'no ready endpoints';
}
