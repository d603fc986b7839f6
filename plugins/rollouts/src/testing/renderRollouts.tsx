import type { JSX } from 'react';
import type { JsonObject } from '@backstage/types';
import { useLocation } from 'react-router-dom';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { signalApiRef, type SignalApi } from '@backstage/plugin-signals-react';
import type { FixtureRollouts } from '../../dev/FixtureRollouts';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';

/** Signals that a test sends itself. */
export class SentSignals implements SignalApi {
  readonly #listeners = new Set<(message: JsonObject) => void>();

  subscribe<T extends JsonObject>(_channel: string, onMessage: (message: T) => void) {
    const listener = onMessage as (message: JsonObject) => void;
    this.#listeners.add(listener);
    return { unsubscribe: () => void this.#listeners.delete(listener) };
  }

  send(message: JsonObject): void {
    this.#listeners.forEach((listener) => listener(message));
  }
}

/** Renders a part of the plugin in a test app at an address, on fixtures, and shows the address it has come to. */
export function renderRollouts(element: JSX.Element, options: { api: FixtureRollouts; at?: string; signals?: SignalApi }) {
  const { api, at = '/rollouts', signals = new SentSignals() } = options;
  return renderInTestApp(
    <>
      {element}
      <Address />
    </>,
    {
      mountPath: '/rollouts',
      initialRouteEntries: [at],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef as never },
      apis: [[rolloutsApiRef, api], [signalApiRef, signals], mockApis.permission() as never],
    },
  );
}

function Address() {
  const { pathname, search } = useLocation();
  return <output data-testid="address">{pathname + decodeURIComponent(search)}</output>;
}
