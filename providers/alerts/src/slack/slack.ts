import { CONTRACT_VERSION, ProviderError } from '@aviary/provider-contract';
import type { Alert, AlertProviderDefinition, HttpResponse } from '@aviary/provider-contract';
import { checkAnswer } from './checkAnswer';
import { message } from './message';
import type { SlackMessage } from './message';
import { postToWebhook } from './postToWebhook';

/** Flagger's limit. */
const TIMEOUT = 5_000;
const DEFAULT_CHANNEL = 'general';
const DEFAULT_USERNAME = 'flagger';

/**
 * Slack, by an incoming webhook or, with a `token`, by a method of the Web API such as `chat.postMessage`.
 * The message is the one that Flagger sends.
 */
export const slack: AlertProviderDefinition = {
  kind: 'alert',
  contractVersion: CONTRACT_VERSION,
  id: 'slack',
  displayName: 'Slack',
  secretKeys: [{ name: 'token', required: false }],
  create(options, context) {
    const { token } = options.secrets;
    const address = options.address.reveal().trim();
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      const expected = token ? 'https://slack.com/api/chat.postMessage' : 'the https:// address of an incoming webhook';
      throw new ProviderError('misconfigured', `The address of the Slack alert provider is not an http(s) URL; expected ${expected}`);
    }
    const channel = options.channel || DEFAULT_CHANNEL;
    const username = options.username || DEFAULT_USERNAME;
    const secrets = token ? [address, token] : [address];

    async function post(payload: SlackMessage): Promise<HttpResponse> {
      const limits = { proxy: options.proxy, timeout: TIMEOUT };
      if (!token) return postToWebhook(address, payload, (request) => context.http.request({ ...request, ...limits }));
      return context.http.request({
        method: 'POST',
        url: address,
        headers: { 'Content-Type': 'application/json; charset=utf-8', Authorization: `Bearer ${token.reveal().trim()}` },
        body: JSON.stringify(payload),
        ...limits,
      });
    }

    return {
      async send(alert: Alert) {
        checkAnswer(await post(message(alert, channel, username)), secrets, context.now());
      },
    };
  },
};
