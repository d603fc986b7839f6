import type { Clock } from '../Clock';
import type { SampleStore } from '../prometheus/SampleStore';
import { readFaults } from '../workloads/faults';
import { Apportioner } from './Apportioner';
import type { ClusterReader } from './ClusterReader';
import { createResolver } from './createResolver';
import { baseLatency } from './latencyModel';
import { readTraffic, TRAFFIC_CONFIG } from './readTraffic';
import { type Client, type Destination, RequestRecorder, type Server } from './RequestRecorder';

const ROUND = 1000;
const SCRAPE_INTERVAL = 5000;
// What a longer pause (a laptop that slept) has missed is not made up for, in milliseconds.
const LONGEST_PAUSE = 60_000;
const EVERYDAY_CLIENT: Client = { namespace: 'sandbox', deployment: 'clients' };

/** Requests to one Service at a steady rate for some time, on top of the everyday traffic. */
export interface Load {
  /** Two loads of the same key do not run at once. */
  key: string;
  client: Client;
  destination: Destination;
  perSecond: number;
  /** Milliseconds. */
  duration: number;
}

interface Requests {
  client: Client;
  destination: Destination;
  count: number;
}

interface RunningLoad extends Load {
  until: number;
}

/** What became of a single request. */
export interface Reply {
  answered: boolean;
  /** Share of failures (0 to 1) of the pod that would answer. */
  errors: number;
}

/**
 * Sends simulated requests over the Services and routes of the cluster, once per second of its clock, and counts them where a
 * Linkerd mesh would. Nothing is left to chance: shares, failures and latencies come out exact, and a process that stood still for a
 * moment sends and scrapes what it missed at the times at which it was due.
 */
export class Mesh {
  private readonly recorder = new RequestRecorder();
  private readonly shares = new Map<string, Apportioner>();
  private readonly arrears = new Map<string, number>();
  private readonly served = new Map<string, number>();
  private readonly loads = new Map<string, RunningLoad>();
  private readonly scrapeInterval: number;
  private readonly unsubscribe: () => void;
  private cancelTimer: () => void = () => undefined;
  private nextRound: number;
  private nextScrape: number;

  constructor(
    private readonly options: {
      cluster: ClusterReader;
      clock: Clock;
      samples: SampleStore;
      /** Milliseconds between two scrapes of the counters into `samples`; 5 s by default. */
      scrapeInterval?: number;
    },
  ) {
    this.scrapeInterval = options.scrapeInterval ?? SCRAPE_INTERVAL;
    this.nextRound = options.clock.now() + ROUND;
    this.nextScrape = options.clock.now() + this.scrapeInterval;
    this.unsubscribe = options.cluster.subscribe(({ resource, type, object }) => {
      if (resource === '/pods' && type === 'DELETED') this.forget(object.metadata.namespace ?? '', object.metadata.name);
    });
    this.setTimer();
  }

  /** All counters so far, as `/metrics` shows them. */
  get counters(): RequestRecorder['counters'] {
    return this.recorder.counters;
  }

  /** Starts a load; false if one of the same key is still running. */
  addLoad(load: Load): boolean {
    this.catchUp();
    if (this.loads.has(load.key)) return false;
    this.loads.set(load.key, { ...load, until: this.options.clock.now() + load.duration });
    return true;
  }

  /** The loads that are running. */
  runningLoads(): Load[] {
    return [...this.loads.values()];
  }

  /** Sends one request now. */
  request(client: Client, destination: Destination): Reply {
    const server = this.send({ client, destination, count: 1 }, createResolver(this.options.cluster));
    return { answered: Boolean(server), errors: server ? readFaults(server.pod).errors : 1 };
  }

  /**
   * Sends and scrapes whatever has fallen due by now. The mesh does so by itself all the time; a process that stood still calls it before
   * it answers from the counters or the samples.
   */
  catchUp(): void {
    const now = this.options.clock.now();
    this.nextRound = Math.max(this.nextRound, now - LONGEST_PAUSE);
    this.nextScrape = Math.max(this.nextScrape, now - LONGEST_PAUSE);
    for (let due = this.nextDue(); due <= now; due = this.nextDue()) {
      if (this.nextRound === due) {
        this.round(due);
        this.nextRound += ROUND;
      }
      if (this.nextScrape === due) {
        this.options.samples.scrape('mesh', due, this.counters.readings());
        this.nextScrape += this.scrapeInterval;
      }
    }
  }

  close(): void {
    this.cancelTimer();
    this.unsubscribe();
  }

  private nextDue(): number {
    return Math.min(this.nextRound, this.nextScrape);
  }

  private setTimer(): void {
    this.cancelTimer = this.options.clock.after(this.nextDue() - this.options.clock.now(), () => {
      this.catchUp();
      this.setTimer();
    });
  }

  private round(now: number): void {
    const config = this.options.cluster.get('/configmaps', TRAFFIC_CONFIG.namespace, TRAFFIC_CONFIG.name);
    const resolve = createResolver(this.options.cluster);
    for (const { perSecond, ...destination } of readTraffic(config)) {
      // Nobody calls a name that does not exist yet, as before a Canary is initialised.
      if (!this.options.cluster.get('/services', destination.namespace, destination.service)) continue;
      const count = this.due(`everyday ${key(destination)}`, (perSecond * ROUND) / 1000);
      this.send({ client: EVERYDAY_CLIENT, destination, count }, resolve);
    }
    for (const { client, destination, ...load } of this.loads.values()) {
      this.send({ client, destination, count: this.due(`load ${load.key}`, (load.perSecond * ROUND) / 1000) }, resolve);
      if (load.until <= now) this.loads.delete(load.key);
    }
  }

  // Whole requests that are due, fractions carried over to the next round.
  private due(source: string, requests: number): number {
    const exact = requests + (this.arrears.get(source) ?? 0);
    const whole = Math.floor(exact + 1e-9);
    this.arrears.set(source, exact - whole);
    return whole;
  }

  /** Sends `count` requests; returns one of the pods that answered. */
  private send({ client, destination, count }: Requests, resolve: ReturnType<typeof createResolver>): Server | undefined {
    const backends = resolve(destination.namespace, destination.service);
    const byService = new Map(backends.map((backend) => [backend.service, backend]));
    const weights = new Map(backends.map(({ service, weight }) => [service, weight]));
    const requests = this.allot(`split ${key(destination)}`, count, weights);
    let answered: Server | undefined;
    let sent = 0;
    for (const [service, number] of requests) {
      sent += number;
      const servers = byService.get(service)?.servers ?? [];
      answered = this.deliver(client, destination, { service, servers, count: number }) ?? answered;
    }
    for (; sent < count; sent++) this.recorder.unanswered(client, destination);
    return answered;
  }

  private deliver(
    client: Client,
    destination: Destination,
    { service, servers, count }: { service: string; servers: Server[]; count: number },
  ): Server | undefined {
    const equal = new Map(servers.map(({ pod }) => [pod.metadata.name, 1]));
    const requests = this.allot(`pods ${destination.namespace}/${service}`, count, equal);
    let answered: Server | undefined;
    let taken = 0;
    for (const server of servers) {
      const number = requests.get(server.pod.metadata.name) ?? 0;
      taken += number;
      if (number) answered = server;
      this.answer(client, destination, server, number);
    }
    for (; taken < count; taken++) this.recorder.unanswered(client, destination);
    return answered;
  }

  private answer(client: Client, destination: Destination, server: Server, count: number): void {
    const { errors, latency } = readFaults(server.pod);
    const podKey = `${server.pod.metadata.namespace}/${server.pod.metadata.name}`;
    const outcome = new Map([
      ['failure', errors],
      ['success', 1 - errors],
    ]);
    for (let i = 0; i < count; i++) {
      const index = this.served.get(podKey) ?? 0;
      this.served.set(podKey, index + 1);
      const failed = this.allot(`outcome ${podKey}`, 1, outcome).get('failure') === 1;
      this.recorder.answered(client, destination, server, { failed, latency: latency + baseLatency(index) });
    }
  }

  private allot(what: string, count: number, weights: ReadonlyMap<string, number>): Map<string, number> {
    let apportioner = this.shares.get(what);
    if (!apportioner) this.shares.set(what, (apportioner = new Apportioner()));
    return apportioner.allot(count, weights);
  }

  private forget(namespace: string, pod: string): void {
    this.recorder.forget(namespace, pod);
    this.served.delete(`${namespace}/${pod}`);
    this.shares.delete(`outcome ${namespace}/${pod}`);
  }
}

function key({ namespace, service }: Destination): string {
  return `${namespace}/${service}`;
}
