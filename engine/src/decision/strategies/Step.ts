import type { Routes } from '@aviary/provider-contract';
import type { WebhookType } from '../../canary/Canary';
import type { Decision } from '../Decision';

/** What a passed look leads to. The gates are asked first, in order. */
export type Step =
  | {
      kind: 'advance';
      gates: WebhookType[];
      routes: Routes;
      iterations: number;
      events: Decision['events'];
      /** For people: `20 %`, `iteration 3 of 10`. */
      to: string;
    }
  | { kind: 'promote'; gates: WebhookType[] };
