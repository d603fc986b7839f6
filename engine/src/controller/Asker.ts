import { isProviderError, type HttpClient, type MetricProvider } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import type { MetricSpec, WebhookSpec } from '../canary/Canary';
import type { Answer, Question, RawAnswer } from '../decision/Question';
import type { Situation } from '../decision/Situation';
import { webhookPayload } from '../decision/webhookPayload';

/** Finds the source that answers a metric check: the Canary's Prometheus, or the provider of its template. @throws ProviderError */
export type MetricSources = (namespace: string, metric: MetricSpec, metricsServer: string | undefined) => Promise<MetricProvider>;

/** How much of a webhook's answer is kept as evidence, in characters. */
const EXCERPT = 256;

/** Asks what `judge` wants to know. Answers are raw: what they mean is not decided here. */
export class Asker {
  readonly #http: HttpClient;
  readonly #sources: MetricSources;
  readonly #clock: Clock;

  constructor(options: { http: HttpClient; sources: MetricSources; clock: Clock }) {
    this.#http = options.http;
    this.#sources = options.sources;
    this.#clock = options.clock;
  }

  /** All questions at once; never rejects. */
  async ask(questions: Question[], situation: Situation): Promise<Answer[]> {
    return Promise.all(questions.map((question) => this.#one(question, situation)));
  }

  async #one(question: Question, situation: Situation): Promise<Answer> {
    const started = performance.now();
    const result = await this.#answer(question, situation).catch(failureOf);
    return { id: question.id, result, at: this.#clock.now(), took: Math.round(performance.now() - started) };
  }

  async #answer(question: Question, situation: Situation): Promise<RawAnswer> {
    const { canary } = situation;
    const { analysis } = canary.spec;
    if (question.kind === 'webhook') return this.#webhook(analysis.webhooks[question.index], question, situation);
    const metric = analysis.metrics[question.index];
    const source = await this.#sources(canary.namespace, metric, canary.spec.metricsServer);
    if (question.kind === 'probe') {
      await source.probe();
      return { kind: 'number', value: 1 };
    }
    const query = situation.checks[question.index].query?.[question.subject];
    if (query === null || query === undefined)
      return { kind: 'failed', error: 'misconfigured', message: `there is no query for ${metric.name}` };
    const value = await source.query({ query, interval: metric.interval });
    // JSON, in which answers are kept, knows no NaN.
    return Number.isNaN(value) ? { kind: 'noData', message: 'the value is not a number' } : { kind: 'number', value };
  }

  async #webhook(hook: WebhookSpec, question: Extract<Question, { kind: 'webhook' }>, situation: Situation): Promise<RawAnswer> {
    const sequence = (situation.state?.sequence ?? 0) + 1;
    const response = await this.#http.request({
      method: 'POST',
      url: hook.url,
      headers: { 'content-type': 'application/json', 'idempotency-key': `${situation.canary.uid}.${sequence}.${question.id}` },
      body: JSON.stringify(webhookPayload(situation, question)),
      timeout: hook.timeout,
      retries: hook.retries,
      insecureSkipVerify: hook.disableTLS,
    });
    return { kind: 'http', status: response.status, excerpt: response.body.slice(0, EXCERPT) };
  }
}

function failureOf(error: unknown): RawAnswer {
  if (!isProviderError(error))
    return { kind: 'failed', error: 'unavailable', message: error instanceof Error ? error.message : String(error) };
  if (error.kind === 'noData') return { kind: 'noData', message: error.message };
  return { kind: 'failed', error: error.kind, message: error.message };
}
