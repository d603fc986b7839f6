import type { WebhookSpec, WebhookType } from '../../canary/Canary';
import { hookRound } from '../asking';
import type { CheckResult, Decision } from '../Decision';
import { normal, rolloutOf, type Pass } from '../Pass';
import type { Question } from '../Question';

/** What stands before a step. */
export type GateRound =
  | { kind: 'ask'; question: Question; checks: CheckResult[]; events: Decision['events'] }
  | { kind: 'open'; checks: CheckResult[]; events: Decision['events'] }
  | { kind: 'closed'; closed: WebhookSpec; checks: CheckResult[]; events: Decision['events'] };

const PASSED_TEXTS: Partial<Record<WebhookType, string>> = {
  'confirm-traffic-increase': 'Confirm-traffic-increase check',
  'confirm-promotion': 'Confirm-promotion check',
};

/** Asks the gates in order, except those that a command opened. */
export function throughGates(pass: Pass, types: readonly WebhookType[]): GateRound {
  const checks: CheckResult[] = [];
  const events: Decision['events'] = [];
  for (const type of types) {
    if (rolloutOf(pass).opened.includes(type)) {
      continue;
    }
    const round = hookRound(pass, type, 'Progressing');
    if (round.kind === 'ask') {
      return { kind: 'ask', question: round.question, checks, events };
    }
    checks.push(...round.checks);
    events.push(...round.passed.map((hook) => normal(`${PASSED_TEXTS[type]} ${hook.name} passed`)));
    if (round.kind === 'failed') {
      return { kind: 'closed', closed: round.failed, checks, events };
    }
  }
  return { kind: 'open', checks, events };
}
