import type { WebhookSpec } from '../canary/Canary';
import type { Decision } from './Decision';
import type { Question } from './Question';
import type { Situation } from './Situation';

/** The body of a webhook, as Flagger's (facts §4.2). `metadata` is left out when there is none. */
export interface WebhookPayload {
  name: string;
  namespace: string;
  phase: string;
  /** Opaque; the same for the same revision and configs. */
  checksum: string;
  metadata?: Record<string, string>;
}

/** What a webhook is asked with. */
export function webhookPayload(situation: Situation, question: Extract<Question, { kind: 'webhook' }>): WebhookPayload {
  const hook = situation.canary.spec.analysis.webhooks[question.index];
  return payload(situation, question.phase, hook.metadata);
}

/** What an event webhook is told with: the event in the metadata, next to the hook's own keys where they do not collide. */
export function eventPayload(
  situation: Situation,
  decision: Decision,
  event: Decision['events'][number],
  hook: Pick<WebhookSpec, 'metadata'>,
): WebhookPayload {
  const told = { eventMessage: event.message, eventType: event.type, timestamp: String(situation.now) };
  return payload(situation, decision.state.phase, { ...hook.metadata, ...told });
}

function payload(situation: Situation, phase: string, metadata: Record<string, string>): WebhookPayload {
  const { name, namespace } = situation.canary;
  const base = { name, namespace, phase, checksum: checksumOf(situation) };
  return Object.keys(metadata).length > 0 ? { ...base, metadata } : base;
}

/** FNV-1a over revision and configs: short, stable, and nothing that anybody may take apart. */
function checksumOf({ target, configs }: Situation): string {
  const seen = Object.entries(configs).map(([ref, config]) => `${ref}=${config.state === 'seen' ? config.checksum : ''}`);
  let hash = 0x811c9dc5;
  for (const character of [target.revision ?? '', ...seen.sort()].join('\n')) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
