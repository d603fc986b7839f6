import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../Clock';
import type { Counters } from './Counters';
import { exposition, EXPOSITION_TYPE } from './exposition';
import { PromqlError } from './promql/PromqlError';
import { rangeQuery } from './rangeQuery';
import { instantQuery } from './instantQuery';
import { readDuration, readTime } from './queryParameters';
import type { SampleStore } from './SampleStore';

/** A query with its parameters is short; anything longer is a mistake. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What the query API answers from. */
export interface QuerySource {
  store: SampleStore;
  counters: Counters;
  clock: Clock;
  /** Called before each answer: brings store and counters up to the clock's time. */
  catchUp?: () => void;
}

/** Answers like a Prometheus server: `/metrics`, health, and the query API (GET, and POST with a form). */
export function createQueryApi(source: QuerySource): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(source, request).then(
      ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      (error: Error) => {
        response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(`${error.message}\n`);
      },
    );
  };
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

async function answer(source: QuerySource, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://prometheus');
  source.catchUp?.();
  switch (url.pathname) {
    case '/-/ready':
      return text('Prometheus Server is Ready.\n');
    case '/-/healthy':
      return text('Prometheus Server is Healthy.\n');
    case '/metrics':
      return { status: 200, type: EXPOSITION_TYPE, body: exposition(source.counters.readings(), source.counters.help) };
    case '/api/v1/status/buildinfo':
      return success({ version: '2.42.0', revision: 'sandbox', branch: 'sandbox', buildUser: '', buildDate: '', goVersion: '' });
    case '/api/v1/labels':
      return success(source.store.labelNames());
    case '/api/v1/query':
    case '/api/v1/query_range':
      return query(source, url.pathname, await parameters(url, request));
    default:
      return {
        status: 404,
        type: 'text/plain; charset=utf-8',
        body: `404 page not found: the sandbox's Prometheus has no ${url.pathname}\n`,
      };
  }
}

function query({ store, clock }: QuerySource, path: string, form: URLSearchParams): Answer {
  try {
    const expression = form.get('query') ?? '';
    if (path === '/api/v1/query') return success(instantQuery(store, expression, readTime(form, 'time', clock.now())));
    const range = { start: readTime(form, 'start'), end: readTime(form, 'end'), step: readDuration(form, 'step') };
    return success(rangeQuery(store, expression, range));
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const message = error.message.includes('parse error') ? `invalid parameter "query": ${error.message}` : error.message;
    return json(error.type === 'bad_data' ? 400 : 422, { status: 'error', errorType: error.type, error: message });
  }
}

async function parameters(url: URL, request: IncomingMessage): Promise<URLSearchParams> {
  const all = new URLSearchParams(url.searchParams);
  if (request.method !== 'POST') return all;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the request body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString('utf8'))) all.set(name, value);
  return all;
}

function success(data: unknown): Answer {
  return json(200, { status: 'success', data });
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

function text(body: string): Answer {
  return { status: 200, type: 'text/plain; charset=utf-8', body };
}
