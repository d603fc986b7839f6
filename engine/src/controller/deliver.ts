import { ProviderError, Secret, type AlertSeverity, type HttpClient, type ProviderContext } from '@aviary/provider-contract';
import type { ProviderRegistry } from '../registry/ProviderRegistry';
import type { ClaimedDelivery } from '../store/RolloutStore';
import type { ClusterView } from './ClusterView';
import type { Deliver } from './DeliveryWorker';
import type { SecretReader } from './SecretReader';

/** What an alert's delivery holds. */
export interface AlertPayload {
  severity: AlertSeverity;
  message: string;
  fields: { name: string; value: string }[];
}

/** What an event webhook's delivery holds: where the Canary sends it, and the body. */
export interface EventWebhookPayload {
  url: string;
  timeout: number;
  retries: number;
  disableTLS: boolean;
  body: unknown;
}

/** Sends what the outbox holds: alerts through their providers, event webhooks as they are. */
export function createDeliver(options: {
  view: ClusterView;
  secrets: SecretReader;
  registry: ProviderRegistry;
  http: HttpClient;
  context: ProviderContext;
}): Deliver {
  const { view, secrets, registry, http, context } = options;

  async function alert(delivery: ClaimedDelivery, at: { namespace: string; name: string }): Promise<void> {
    const object = view.get('alertProviders', at.namespace, at.name);
    if (!object)
      throw new ProviderError('misconfigured', `AlertProvider ${at.namespace}/${at.name} does not exist; create it or correct providerRef`);
    const definition = registry.alert(object.spec?.type);
    const secretName: string | undefined = object.spec?.secretRef?.name;
    const keys = [{ name: 'address', required: true }, ...definition.secretKeys.filter((key) => key.name !== 'address')];
    const values = secretName === undefined ? {} : await secrets.read(at.namespace, secretName, keys);
    const address = values.address ?? new Secret(object.spec?.address ?? '');
    if (address.reveal() === '')
      throw new ProviderError('misconfigured', `AlertProvider ${at.namespace}/${at.name} has neither address nor secretRef`);
    const provider = definition.create(
      { address, channel: object.spec?.channel, username: object.spec?.username, proxy: object.spec?.proxy, secrets: values },
      context,
    );
    const payload = delivery.payload as AlertPayload;
    await provider.send({ id: delivery.id, canary: { namespace: delivery.key.namespace, name: delivery.key.name }, ...payload });
  }

  async function webhook(delivery: ClaimedDelivery): Promise<void> {
    const payload = delivery.payload as EventWebhookPayload;
    const response = await http.request({
      method: 'POST',
      url: payload.url,
      headers: { 'content-type': 'application/json', 'idempotency-key': delivery.id },
      body: JSON.stringify(payload.body),
      timeout: payload.timeout,
      retries: payload.retries,
      insecureSkipVerify: payload.disableTLS,
    });
    if (response.status >= 300) throw new ProviderError('unavailable', `the event webhook answered ${response.status}`);
  }

  return async (delivery) => {
    if ('alertProvider' in delivery.target) await alert(delivery, delivery.target.alertProvider);
    else await webhook(delivery);
  };
}
