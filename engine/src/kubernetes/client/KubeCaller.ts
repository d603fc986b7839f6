import { systemTimers, type Timers } from '../Timers';
import { Backoff } from './Backoff';
import { answerError, isKubeError, KubeError, type KubeCall } from './KubeError';
import { TransportFailure, type KubeTransport, type TransportAnswer, type TransportRequest, type TransportStream } from './KubeTransport';
import { RequestCounter, type RequestRecord } from './RequestCounter';

/** A request without its time limit, which the caller's kind of call sets. */
export type CallRequest = Omit<TransportRequest, 'deadlineMs'>;

/** Time and randomness of a caller, and who is told of every request. */
export interface KubeCallerOptions {
  timers?: Timers;
  /** As Math.random. */
  random?: () => number;
  /** Told of every request that was answered or failed. */
  onRequest?: (record: RequestRecord) => void;
}

/** Sends named calls over a transport and turns every failure into a `KubeError`. */
export class KubeCaller {
  readonly counter: RequestCounter;
  readonly #transport: KubeTransport;
  readonly #timers: Timers;
  readonly #random: () => number;

  constructor(transport: KubeTransport, options: KubeCallerOptions) {
    this.#transport = transport;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.counter = new RequestCounter(options.onRequest);
  }

  /** One try, any status below 300 is good. @throws KubeError */
  async once(call: KubeCall, request: CallRequest, deadlineMs: number): Promise<TransportAnswer> {
    const answer = await this.exchange(call, request, deadlineMs);
    if (answer.status >= 300) throw this.refusal(call, answer);
    return answer;
  }

  /** One try, every status is good. @throws KubeError when no answer came */
  async exchange(call: KubeCall, request: CallRequest, deadlineMs: number): Promise<TransportAnswer> {
    const startedAt = this.#timers.now();
    try {
      const answer = await this.#transport.request({ ...request, deadlineMs });
      this.#record(call, answer.status, startedAt);
      return answer;
    } catch (error) {
      this.#record(call, 0, startedAt);
      throw noAnswer(call, error);
    }
  }

  /**
   * Tries again after 429, 5xx and lost connections until the time limit is used up, waiting as the server says or
   * 0.1 s, 0.2 s, … 2 s. Half of the limit at most goes into one try, so that a dead connection leaves time for
   * another one. For reads only.
   *
   * @throws KubeError the last try's
   */
  async repeated(call: KubeCall, request: CallRequest, deadlineMs: number): Promise<TransportAnswer> {
    const endsAt = this.#timers.now() + deadlineMs;
    const backoff = new Backoff({ first: 100, most: 2_000, random: this.#random });
    for (;;) {
      const left = endsAt - this.#timers.now();
      try {
        return await this.once(call, request, Math.max(1, Math.min(left, deadlineMs / 2)));
      } catch (error) {
        if (!isKubeError(error) || (error.kind !== 'tooManyRequests' && error.kind !== 'unavailable') || request.signal?.aborted)
          throw error;
        const wait = Math.max(backoff.next(), error.retryAfterMs ?? 0);
        if (this.#timers.now() + wait >= endsAt) throw error;
        await this.#pause(wait);
      }
    }
  }

  /** Opens a watch. @throws KubeError also for an answer that is not a stream */
  async stream(call: KubeCall, request: CallRequest, deadlineMs: number): Promise<TransportStream> {
    const startedAt = this.#timers.now();
    let stream: TransportStream;
    try {
      stream = await this.#transport.stream({ ...request, deadlineMs });
    } catch (error) {
      this.#record(call, 0, startedAt);
      throw noAnswer(call, error);
    }
    this.#record(call, stream.status, startedAt);
    if (stream.status >= 300) {
      const body = await stream.text().catch(() => '');
      throw this.refusal(call, { status: stream.status, headers: stream.headers, body });
    }
    return stream;
  }

  /** The error that an answer of the API server stands for. */
  refusal(call: KubeCall, answer: TransportAnswer): KubeError {
    return answerError(call, answer, this.#timers.now());
  }

  #record(call: KubeCall, status: number, startedAt: number): void {
    this.counter.record({ verb: call.verb, resource: call.resource, status, took: this.#timers.now() - startedAt });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.after(ms, resolve);
    });
  }
}

function noAnswer(call: KubeCall, error: unknown): KubeError {
  if (!(error instanceof TransportFailure)) throw error;
  const kind = error.reason === 'Credentials' ? 'unauthorized' : error.reason === 'TooLarge' ? 'invalid' : 'unavailable';
  return new KubeError(kind, call, { status: 0, reason: error.reason, message: error.message, cause: error });
}
