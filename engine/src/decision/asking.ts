import type { WebhookSpec, WebhookType } from '../canary/Canary';
import type { CheckResult, Judgement } from './Decision';
import type { Pass } from './Pass';
import type { Answer, Question } from './Question';

/** How the webhooks of one type answered so far. */
export type HookRound =
  /** The next one must be asked. */
  | { kind: 'ask'; question: Question }
  /** All passed, or there are none. */
  | { kind: 'passed'; passed: WebhookSpec[]; checks: CheckResult[] }
  /** One did not pass; those after it were not asked. */
  | { kind: 'failed'; passed: WebhookSpec[]; failed: WebhookSpec; error: string; checks: CheckResult[] };

/** Whether a webhook said yes: Flagger's 200-202, and the rest of 2xx as its documentation has it (facts §4.2, §11.3). */
export function isYes(answer: Answer): boolean {
  return answer.result.kind === 'http' && answer.result.status >= 200 && answer.result.status < 300;
}

/** Asks the webhooks of a type one by one in spec order; the first that fails stops (they have side effects). */
export function hookRound(pass: Pass, type: WebhookType, phase: string): HookRound {
  const passed: WebhookSpec[] = [];
  const checks: CheckResult[] = [];
  const hooks = pass.analysis.webhooks.map((hook, index) => ({ hook, index })).filter(({ hook }) => hook.type === type);
  for (const [position, { hook, index }] of hooks.entries()) {
    const outcome = hookAnswer(pass, hook, index, phase);
    if (outcome.question !== undefined) {
      return { kind: 'ask', question: outcome.question };
    }
    checks.push(hookCheck(hook, outcome));
    if (!outcome.yes) {
      const notAsked = hooks.slice(position + 1).map((rest) => hookCheck(rest.hook, null));
      return { kind: 'failed', passed, failed: hook, error: outcome.error, checks: [...checks, ...notAsked] };
    }
    passed.push(hook);
  }
  return { kind: 'passed', passed, checks };
}

interface HookOutcome {
  question?: Question;
  yes: boolean;
  /** As Flagger's events have it. */
  error: string;
  /** A phrase for people. */
  phrase: string;
  took?: number;
}

/** One webhook: its answer, or the question to ask. */
export function hookAnswer(pass: Pass, hook: WebhookSpec, index: number, phase: string): HookOutcome {
  const problem = pass.situation.hooks.find((observed) => observed.index === index)?.error;
  if (problem) {
    return { yes: false, error: problem.message, phrase: problem.message };
  }
  const id = `${hook.type}/${index}`;
  const answer = pass.answers.get(id);
  if (answer === undefined) {
    return { question: { kind: 'webhook', id, index, type: hook.type, phase }, yes: false, error: '', phrase: '' };
  }
  return { yes: isYes(answer), error: errorText(hook, answer), phrase: phraseOf(answer), took: answer.took };
}

function errorText(hook: WebhookSpec, { result }: Answer): string {
  if (result.kind === 'http') {
    // Flagger's retry library throws away the body of these; its text names the tries instead (facts §4.2).
    const isDiscarded = result.status === 429 || (result.status >= 500 && result.status !== 501);
    const attempts = `POST ${hook.url} giving up after ${hook.retries + 1} attempt(s)`;
    return isDiscarded ? attempts : result.excerpt.trim() || `${result.status}`;
  }
  return result.kind === 'failed' ? result.message : `unexpected answer: ${result.kind}`;
}

function phraseOf({ result }: Answer): string {
  if (result.kind === 'http') {
    const excerpt = result.excerpt.trim();
    return excerpt === '' ? `answered ${result.status}` : `answered ${result.status}: ${excerpt}`;
  }
  return result.kind === 'failed' ? `did not answer: ${result.message}` : `answered with ${result.kind}`;
}

function hookCheck(hook: WebhookSpec, outcome: HookOutcome | null): CheckResult {
  return {
    name: hook.name,
    kind: 'webhook',
    type: hook.type,
    value: null,
    primaryValue: null,
    min: null,
    max: null,
    unit: '',
    verdict: outcome === null ? 'notAsked' : outcome.yes ? 'pass' : 'fail',
    reason: outcome === null ? 'not asked' : outcome.phrase,
    source: hook.url,
    ...(outcome?.took === undefined ? {} : { took: outcome.took }),
  };
}

/** Asks questions. */
export function ask(...questions: Question[]): Judgement {
  return { kind: 'ask', questions };
}
