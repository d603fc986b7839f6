import type { RolloutReader } from '@aviary/engine/store';
import type { CanaryKey, ClockReading } from '@aviary/plugin-rollouts-common';
import type { AuditorService, BackstageCredentials, HttpAuthService } from '@backstage/backend-plugin-api';
import type { Request } from 'express';
import type { CanaryIndex } from '../binding/CanaryIndex';
import type { EntityBindings } from '../binding/EntityBindings';
import type { CanaryAccess } from '../permissions/CanaryAccess';

/** Whether the engine of this process works. */
export type EngineState = 'off' | 'starting' | 'ready' | 'failing';

/** What the routes work with. */
export interface RouterServices {
  /** @throws ServiceUnavailableError while the database cannot be read */
  reader(): Promise<RolloutReader>;
  health(): { ledger: 'open' | 'waiting'; engine: EngineState };
  clock(): ClockReading;
  access: CanaryAccess;
  bindings: EntityBindings;
  index: CanaryIndex;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  /** A new id for a command. */
  newId(): string;
}

/** Who asks: people through the portal, and services that hold a token. */
export function callerOf(services: RouterServices, request: Request): Promise<BackstageCredentials> {
  return services.httpAuth.credentials(request, { allow: ['user', 'service'] });
}

/** The Canary that the path names. */
export function canaryOf(request: Request): CanaryKey {
  const { cluster, namespace, name } = request.params;
  return { cluster, namespace, name };
}
