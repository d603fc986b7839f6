import type { RESOURCE_TYPE_ROLLOUT_CANARY } from '@aviary/plugin-rollouts-common';
import {
  type CanaryKey,
  type CommandType,
  formatCanaryRef,
  permissionOfCommand,
  rolloutsReadPermission,
} from '@aviary/plugin-rollouts-common';
import type { BackstageCredentials, PermissionsRegistryService, PermissionsService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult, type PolicyDecision, type ResourcePermission } from '@backstage/plugin-permission-common';
import { createConditionAuthorizer, createConditionTransformer } from '@backstage/plugin-permission-node';
import type { CanaryIndex } from '../binding/CanaryIndex';
import type { EntityBindings } from '../binding/EntityBindings';
import { type CanaryScope, scopeOfCriteria } from './CanaryScope';
import { canaryResourceRef } from './canaryResource';

type CanaryPermission = ResourcePermission<typeof RESOURCE_TYPE_ROLLOUT_CANARY>;

/** Decides who may see and do what, by the permission policy of the portal and its conditions. */
export class CanaryAccess {
  readonly #permissions: PermissionsService;
  readonly #ruleset: ReturnType<typeof rulesetOf>;
  readonly #bindings: EntityBindings;
  readonly #index: CanaryIndex;

  constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
    bindings: EntityBindings;
    index: CanaryIndex;
  }) {
    this.#permissions = options.permissions;
    this.#ruleset = rulesetOf(options.permissionsRegistry);
    this.#bindings = options.bindings;
    this.#index = options.index;
  }

  /** The Canaries that may be seen. @throws NotAllowedError when there can be none */
  async readable(credentials: BackstageCredentials): Promise<CanaryScope> {
    const decision = await this.#decide(rolloutsReadPermission, credentials);
    if (decision.result === AuthorizeResult.ALLOW) {
      return {};
    }
    if (decision.result !== AuthorizeResult.CONDITIONAL) {
      throw new NotAllowedError(
        `You may not see rollouts. Whoever runs the portal can give you the permission ${rolloutsReadPermission.name}.`,
      );
    }
    const scope = scopeOfCriteria(createConditionTransformer(this.#ruleset)(decision.conditions));
    if (scope) {
      return scope;
    }
    const allows = createConditionAuthorizer(this.#ruleset);
    const bindings = await this.#bindings.table();
    const keys = (await this.#index.all()).filter((key) => allows(decision, { key, owners: bindings.bindingOf(key).owners }));
    return { keys };
  }

  /** @throws NotAllowedError when the Canary may not be seen, whether it exists or not */
  async requireRead(credentials: BackstageCredentials, key: CanaryKey): Promise<void> {
    await this.#require(rolloutsReadPermission, credentials, key, `see the rollouts of ${formatCanaryRef(key)}`);
  }

  /** @throws NotAllowedError when the Canary may not be seen, or the command not given */
  async requireCommand(credentials: BackstageCredentials, key: CanaryKey, type: CommandType): Promise<void> {
    await this.requireRead(credentials, key);
    await this.#require(permissionOfCommand(type), credentials, key, `${type} the rollout of ${formatCanaryRef(key)}`);
  }

  /** Those of the commands that may be given. */
  async allowedCommands(credentials: BackstageCredentials, key: CanaryKey, types: CommandType[]): Promise<CommandType[]> {
    const permissions = [...new Set(types.map(permissionOfCommand))];
    const allowed = new Set<CanaryPermission>();
    for (const permission of permissions) {
      if (await this.#allows(await this.#decide(permission, credentials), key)) {
        allowed.add(permission);
      }
    }
    return types.filter((type) => allowed.has(permissionOfCommand(type)));
  }

  async #require(permission: CanaryPermission, credentials: BackstageCredentials, key: CanaryKey, what: string): Promise<void> {
    if (!(await this.#allows(await this.#decide(permission, credentials), key))) {
      throw new NotAllowedError(`You may not ${what}. Whoever runs the portal can give you the permission ${permission.name}.`);
    }
  }

  async #decide(permission: CanaryPermission, credentials: BackstageCredentials): Promise<PolicyDecision> {
    const [decision] = await this.#permissions.authorizeConditional([{ permission }], { credentials });
    return decision;
  }

  async #allows(decision: PolicyDecision, key: CanaryKey): Promise<boolean> {
    if (decision.result !== AuthorizeResult.CONDITIONAL) {
      return decision.result === AuthorizeResult.ALLOW;
    }
    const { owners } = (await this.#bindings.table()).bindingOf(key);
    return createConditionAuthorizer(this.#ruleset)(decision, { key, owners });
  }
}

function rulesetOf(registry: PermissionsRegistryService) {
  return registry.getPermissionRuleset(canaryResourceRef);
}
