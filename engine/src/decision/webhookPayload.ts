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
  const { canary, state, target } = situation;
  const { metadata } = canary.spec.analysis.webhooks[question.index];
  const isRunning = state?.rollout?.endedAt === null;
  const revision = isRunning ? state.rollout?.revision : target.revision;
  return payload(canary, question.phase, checksumOf(revision ?? '', state?.trackedConfigs ?? {}), metadata);
}

/** What an event webhook is told with: the event in the metadata, next to the hook's own keys where they do not collide. */
export function eventPayload(
  { canary, now }: Situation,
  { state }: Decision,
  event: Decision['events'][number],
  hook: Pick<WebhookSpec, 'metadata'>,
): WebhookPayload {
  const told = { eventMessage: event.message, eventType: event.type, timestamp: `${now}` };
  const checksum = checksumOf(state.rollout?.revision ?? state.appliedRevision, state.trackedConfigs);
  return payload(canary, state.phase, checksum, { ...hook.metadata, ...told });
}

function payload(canary: Situation['canary'], phase: string, checksum: string, metadata: Record<string, string>): WebhookPayload {
  const base = { name: canary.name, namespace: canary.namespace, phase, checksum };
  return Object.keys(metadata).length > 0 ? { ...base, metadata } : base;
}

/** FNV-1a over revision and configs, in the ten letters that Flagger's have: short, stable, opaque. */
function checksumOf(revision: string, configs: Record<string, string>): string {
  const text = [
    revision,
    ...Object.entries(configs)
      .map(([ref, checksum]) => `${ref}=${checksum}`)
      .sort(),
  ].join('\n');
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return `${hash}`.replace(/[0-9]/g, (digit) => '456789bcdf'[Number(digit)]);
}
