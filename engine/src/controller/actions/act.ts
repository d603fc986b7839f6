import type { Action } from '../../decision/Action';
import { ActionFailure } from '../ActionFailure';
import type { ActionContext } from './ActionContext';
import { ensureObject } from './ensureObject';
import { addFinalizer, removeFinalizer, restoreApex } from './finalizer';
import { scaleToZero, scaleUp } from './scaleTarget';
import { restoreRoutes, setRoutes } from './setRoutes';
import { writePrimary } from './writePrimary';

/** Makes one change in the cluster. @throws ActionFailure */
export async function act(action: Action, context: ActionContext): Promise<void> {
  switch (action.type) {
    case 'ensure':
      return ensureObject(action.object, context);
    case 'createPrimary':
    case 'promote':
      return writePrimary(action, context);
    case 'setRoutes':
      return setRoutes(action.routes, context);
    case 'scaleUp':
      return scaleUp(context);
    case 'scaleToZero':
      return scaleToZero(context);
    case 'addFinalizer':
      return addFinalizer(context);
    case 'removeFinalizer':
      return removeFinalizer(context);
    case 'restore':
      return action.object === 'routes' ? restoreRoutes(context) : restoreApex(context);
    case 'pauseScaler':
    case 'resumeScaler':
      throw new ActionFailure(
        'failed',
        'misconfigured',
        'only HorizontalPodAutoscalers are supported as autoscalerRef, and they need no pausing',
      );
  }
}
