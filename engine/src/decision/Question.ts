import type { WebhookType } from '../canary/Canary';

/** What `judge` needs to know before it can decide. The shell asks, and hands back raw answers, never verdicts. */
export type Question =
  | {
      kind: 'webhook';
      /** Unique within a pass. */
      id: string;
      /** Position in `spec.analysis.webhooks`. */
      index: number;
      type: WebhookType;
      /** `phase` of the payload. */
      phase: string;
    }
  | { kind: 'metric'; id: string; /** Position in `spec.analysis.metrics`. */ index: number; subject: 'canary' | 'primary' }
  /** Whether the metric sources answer at all, asked once at initialisation. */
  | { kind: 'probe'; id: string; index: number };

export interface Answer {
  /** The question's id. */
  id: string;
  result: RawAnswer;
  /** Milliseconds since the epoch when it came, and how long it took. */
  at: number;
  took: number;
}

export type RawAnswer =
  | { kind: 'number'; value: number }
  | { kind: 'noData'; message: string }
  /** `excerpt`: the first 256 characters of the body. */
  | { kind: 'http'; status: number; excerpt: string }
  | { kind: 'failed'; error: 'misconfigured' | 'unauthorized' | 'unavailable' | 'unsupported'; message: string };
