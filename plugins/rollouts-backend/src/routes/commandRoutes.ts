import { type CommandRequest, type CommandStatus, formatCanaryRef } from '@aviary/plugin-rollouts-common';
import type { BackstageCredentials, BackstageServicePrincipal, BackstageUserPrincipal } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type { Request, Response } from 'express';
import { callerOf, canaryOf, type RouterServices } from './RouterServices';

/** POST …/commands */
export function giveCommand(services: RouterServices) {
  return async (request: Request, response: Response<CommandStatus>) => {
    const caller = await callerOf(services, request);
    const key = canaryOf(request);
    const command = request.body as CommandRequest;
    const audit = await services.auditor.createEvent({
      eventId: 'rollout-command',
      severityLevel: 'medium',
      request,
      meta: { canary: formatCanaryRef(key), type: command.type, rolloutId: command.rolloutId, why: command.why },
    });
    try {
      await services.access.requireCommand(caller, key, command.type);
      if ((command.type === 'approve' || command.type === 'reject') && !command.gate) {
        throw new InputError(`To ${command.type}, say which gate: the type of the webhook that holds, as the Canary's "gate" shows it.`);
      }
      const reader = await services.reader();
      if (!(await reader.get(key))) {
        throw new NotFoundError(`The engine has recorded no Canary ${formatCanaryRef(key)}, so nothing can be done about its rollout.`);
      }
      const id = services.newId();
      await reader.addCommand(key, {
        id,
        type: command.type,
        rolloutId: command.rolloutId,
        revision: command.revision,
        gate: command.gate ?? null,
        by: nameOf(caller),
        why: command.why,
        at: services.clock().now,
      });
      await audit.success({ meta: { commandId: id } });
      response.status(202).json({ id, type: command.type, outcome: null, message: null });
    } catch (error) {
      await audit.fail({ error: error as Error });
      throw error;
    }
  };
}

/** GET /v1/commands/{id} */
export function getCommand(services: RouterServices) {
  return async (request: Request, response: Response<CommandStatus>) => {
    await services.access.readable(await callerOf(services, request));
    const status = await (await services.reader()).command(request.params.id);
    if (!status) {
      throw new NotFoundError(`There is no command ${request.params.id}.`);
    }
    response.json(status);
  };
}

function nameOf(caller: BackstageCredentials): string {
  const principal = caller.principal as BackstageUserPrincipal | BackstageServicePrincipal;
  return principal.type === 'user' ? principal.userEntityRef : principal.subject;
}
