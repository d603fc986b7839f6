import type { Routes } from '@aviary/provider-contract';
import type { Situation } from './Situation';

/** Whether an action may be taken; `why` says what stands against it, for the person on call. */
export type GuardVerdict = { allowed: true } | { allowed: false; why: string };

const ALLOWED: GuardVerdict = { allowed: true };

/**
 * G1: traffic to a version only if it has ready endpoints, or nobody has.
 * Checked again at the moment of acting, like all guards (engine rules §2).
 */
export function mayRoute(routes: Pick<Routes, 'primary' | 'canary'>, { endpoints }: Pick<Situation, 'endpoints'>): GuardVerdict {
  const nobody = endpoints.primary === 0 && endpoints.canary === 0;
  if (nobody) {
    return ALLOWED;
  }
  if (routes.primary > 0 && endpoints.primary === 0) {
    return { allowed: false, why: 'the primary has no ready endpoints' };
  }
  if (routes.canary > 0 && endpoints.canary === 0) {
    return { allowed: false, why: 'the canary has no ready endpoints' };
  }
  return ALLOWED;
}

/** G2: the canary is scaled down only while routes give it nothing and the primary has ready endpoints. The drain is in `judge`. */
export function mayScaleDown({ routes, endpoints, abilities, objects }: Situation): GuardVerdict {
  if (endpoints.primary === 0) {
    return { allowed: false, why: 'the primary has no ready endpoints' };
  }
  if (objects.apexService.state === 'absent' || objects.apexService.state === 'differs') {
    return { allowed: false, why: 'the apex service does not select the primary yet' };
  }
  if (!abilities.weights && routes.state !== 'unreadable') {
    return ALLOWED;
  }
  const seen = 'routes' in routes ? routes.routes : undefined;
  if (routes.state !== 'seen' || seen === undefined || seen.canary > 0 || seen.mirror) {
    return { allowed: false, why: 'routes without traffic to the canary are not confirmed' };
  }
  return ALLOWED;
}

/** G3: the primary gets a revision only while the target still is that revision with those configs. */
export function mayPromote(
  wanted: { revision: string; configs: Record<string, string> },
  { target, configs }: Pick<Situation, 'target' | 'configs'>,
): GuardVerdict {
  if (!target.present) {
    return { allowed: false, why: 'the target is gone' };
  }
  if (target.revision !== wanted.revision) {
    return { allowed: false, why: 'the target is no longer the analysed revision' };
  }
  const changed = Object.entries(wanted.configs).find(([ref, checksum]) => {
    const seen = configs[ref];
    return seen === undefined || (seen.state === 'seen' && seen.checksum !== checksum) || seen.state === 'missing';
  });
  return changed === undefined ? ALLOWED : { allowed: false, why: `${changed[0]} is no longer what was analysed` };
}

/** G4: the target is scaled up only from zero, so that the level is absolute. */
export function mayScaleUp({ target }: Pick<Situation, 'target'>): GuardVerdict {
  if (!target.present) {
    return { allowed: false, why: 'the target is gone' };
  }
  return target.replicas === 0 ? ALLOWED : { allowed: false, why: 'the target already has replicas' };
}
