import { ResponseError } from '@backstage/errors';
import type {
  CanaryKey,
  ClockReading,
  CommandRequest,
  CommandStatus,
  CommandType,
  Decision,
  PastRollout,
  Rollout,
  RolloutCounts,
  RolloutEvent,
  RolloutPage,
  RolloutQuery,
  RolloutsApi,
} from './types';

/** What the client needs of Backstage; the frontend's DiscoveryApi and FetchApi fit, and so do a backend's. */
export interface RolloutsClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

/** `RolloutsApi` over HTTP. Every failing answer is thrown as a `ResponseError`. */
export class RolloutsClient implements RolloutsApi {
  readonly #options: RolloutsClientOptions;

  constructor(options: RolloutsClientOptions) {
    this.#options = options;
  }

  list(query: RolloutQuery): Promise<RolloutPage> {
    return this.#get(`/v1/rollouts${queryString({ ...query })}`);
  }

  counts(query: Pick<RolloutQuery, 'cluster' | 'namespace'> = {}): Promise<RolloutCounts & { clock: ClockReading }> {
    return this.#get(`/v1/rollouts/counts${queryString({ ...query })}`);
  }

  get(key: CanaryKey): Promise<{ rollout: Rollout; clock: ClockReading; actions: CommandType[] }> {
    return this.#get(canaryPath(key));
  }

  decisions(key: CanaryKey, options: { rolloutId?: string; limit?: number; before?: number } = {}): Promise<{ items: Decision[] }> {
    return this.#get(`${canaryPath(key)}/decisions${queryString(options)}`);
  }

  evidence(key: CanaryKey, sequence: number): Promise<unknown> {
    return this.#get(`${canaryPath(key)}/decisions/${sequence}/evidence`);
  }

  events(key: CanaryKey, limit?: number): Promise<{ items: RolloutEvent[] }> {
    return this.#get(`${canaryPath(key)}/events${queryString({ limit })}`);
  }

  history(key: CanaryKey, options: { limit?: number; before?: number } = {}): Promise<{ items: PastRollout[] }> {
    return this.#get(`${canaryPath(key)}/rollouts${queryString(options)}`);
  }

  command(key: CanaryKey, command: CommandRequest): Promise<CommandStatus> {
    return this.#ask(`${canaryPath(key)}/commands`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(command),
    });
  }

  commandStatus(id: string): Promise<CommandStatus> {
    return this.#get(`/v1/commands/${encodeURIComponent(id)}`);
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask(path, { method: 'GET' });
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    const baseUrl = await this.#options.discoveryApi.getBaseUrl('rollouts');
    const response = await this.#options.fetchApi.fetch(`${baseUrl}${path}`, init);
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}

function canaryPath(key: CanaryKey): string {
  return `/v1/canaries/${[key.cluster, key.namespace, key.name].map(encodeURIComponent).join('/')}`;
}

/** Lists repeat their name: `?phase=Failed&phase=Succeeded`. What is not given is left out. */
function queryString(query: Record<string, string | number | string[] | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== '') {
        params.append(name, String(each));
      }
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
