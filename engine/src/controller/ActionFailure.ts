import type { ActionOutcome } from '../decision/Situation';

/** Why an action did not succeed, in the terms of the table in engine rules §2. */
export class ActionFailure extends Error {
  readonly result: ActionOutcome['result'];
  readonly kind: NonNullable<ActionOutcome['kind']> | null;
  /** Milliseconds that the API server asked us to wait. */
  readonly retryAfter?: number;

  constructor(
    result: ActionOutcome['result'],
    kind: ActionOutcome['kind'],
    message: string,
    options?: { retryAfter?: number; cause?: unknown },
  ) {
    super(message, { cause: options?.cause });
    this.name = 'ActionFailure';
    this.result = result;
    this.kind = kind;
    this.retryAfter = options?.retryAfter;
  }
}
