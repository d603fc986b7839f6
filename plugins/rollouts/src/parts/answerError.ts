import { ResponseError } from '@backstage/errors';

/** Whether an answer was refused because the person may not see what was asked for. */
export function isForbidden(error: Error | undefined): boolean {
  return error instanceof ResponseError ? error.response.status === 403 : error?.name === 'NotAllowedError';
}

/** Whether there is nothing where was asked. */
export function isNotFound(error: Error | undefined): boolean {
  return error instanceof ResponseError ? error.response.status === 404 : error?.name === 'NotFoundError';
}

/** What support needs to know of a failed request, as pairs of name and value. */
export function describeError(error: Error): [name: string, value: string][] {
  if (!(error instanceof ResponseError)) {
    return [['answer', `none: ${error.message}`]];
  }
  const { request, response } = error.body;
  const details: [string, string | undefined][] = [
    ['request', request && `${request.method} ${request.url}`],
    ['answer', `${response?.statusCode ?? error.response.status} ${error.response.statusText}`.trim()],
    ['message', error.body.error?.message],
  ];
  return details.filter((detail): detail is [string, string] => Boolean(detail[1]));
}
