import { createHash } from 'node:crypto';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { ClusterTls } from './ClusterAccess';

/** How the connections to one API server are kept. */
export interface AgentPoolOptions {
  proxyUrl?: string;
  /** Most connections for requests at a time. Watches have connections of their own, one each. */
  connections: number;
  /** After so many time-outs in a row all connections are given up: the other end may be a black hole. */
  timeoutsInARow: number;
}

/**
 * Two agents to one API server, one for requests and one for watches, so that no watch can take a request's
 * connection. HTTP/1.1 on purpose: on one shared HTTP/2 session a dead TCP connection would swallow every later
 * request for minutes (measured). The agents are built anew when certificates change and after repeated time-outs.
 */
export class AgentPool {
  readonly #options: AgentPoolOptions;
  #fingerprint = '';
  #agents: { requests: Dispatcher; watches: Dispatcher } | undefined;
  #timeouts = 0;

  constructor(options: AgentPoolOptions) {
    this.#options = options;
  }

  /** The agent for a request or a watch under these certificates. */
  agent(use: 'requests' | 'watches', tls: ClusterTls): Dispatcher {
    const fingerprint = fingerprintOf(tls);
    if (!this.#agents || fingerprint !== this.#fingerprint) {
      this.#retire();
      this.#fingerprint = fingerprint;
      this.#agents = { requests: this.#build(tls, this.#options.connections), watches: this.#build(tls, null) };
    }
    return this.#agents[use];
  }

  /** A request was answered, whatever the answer. */
  answered(): void {
    this.#timeouts = 0;
  }

  /** A request ran into its time limit. */
  timedOut(): void {
    this.#timeouts += 1;
    if (this.#timeouts < this.#options.timeoutsInARow) return;
    this.#timeouts = 0;
    this.#retire();
  }

  /** Ends every connection, watches included. */
  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    if (agents) await Promise.all([agents.requests.destroy(), agents.watches.destroy()]);
  }

  #retire(): void {
    const agents = this.#agents;
    this.#agents = undefined;
    if (!agents) return;
    // Requests under way may still end well within their own limits; watches reconnect by themselves.
    agents.requests.close().catch(() => undefined);
    agents.watches.destroy().catch(() => undefined);
  }

  #build(tls: ClusterTls, connections: number | null): Dispatcher {
    const common = { allowH2: false, connections, pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 } as const;
    // An option that is there but undefined would switch off Node's default, certificate checks included.
    const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    // Shorter than most requests' time limits: requests that wait for a connection to a server that hangs would else all wait
    // for the same one, time after time, although the next might lead to another server.
    const socket = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 4_000 };
    if (this.#options.proxyUrl) {
      return new ProxyAgent({ ...common, uri: this.#options.proxyUrl, requestTls: { ...given, ...socket }, connect: socket });
    }
    return new Agent({ ...common, connect: { ...given, ...socket } });
  }
}

function fingerprintOf(tls: ClusterTls): string {
  const hash = createHash('sha256');
  for (const part of [tls.ca, tls.cert, tls.key, String(tls.rejectUnauthorized), tls.servername]) {
    hash.update(part ?? '').update('\0');
  }
  return hash.digest('hex');
}
