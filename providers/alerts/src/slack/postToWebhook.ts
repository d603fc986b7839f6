import type { HttpRequest, HttpResponse } from '@aviary/provider-contract';
import { IncomingWebhook } from '@slack/webhook';
import type { SlackMessage } from './message';

/**
 * Posts to an incoming webhook through Slack's own client, whose transport is replaced by `request`, so that time limit,
 * size limit, proxy and egress policy hold. The answer is handed back whatever its status: the client would drop its headers.
 *
 * @throws what `request` throws
 */
export async function postToWebhook(
  address: string,
  message: SlackMessage,
  request: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let outcome: { response: HttpResponse } | { error: unknown } | undefined;
  const webhook = new IncomingWebhook(address, {
    fetch: async (url, init) => {
      try {
        const response = await request({ method: 'POST', url: String(url), headers: init?.headers, body: String(init?.body) });
        outcome = { response };
        return fetchResponse(response);
      } catch (error) {
        outcome = { error };
        throw error;
      }
    },
  });
  try {
    await webhook.send(message);
  } catch (error) {
    // The client's errors wrap what the transport met, which says more.
    if (!outcome) throw error;
  }
  if (!outcome) throw new Error("Slack's client did not send the message");
  if ('error' in outcome) throw outcome.error;
  return outcome.response;
}

/** As much of a fetch answer as the client's type asks for. */
function fetchResponse({ status, headers, body }: HttpResponse) {
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: '',
    url: '',
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null, entries: () => Object.entries(headers) },
    arrayBuffer: async () => new TextEncoder().encode(body).buffer as ArrayBuffer,
    json: async () => JSON.parse(body) as unknown,
    text: async () => body,
  };
}
