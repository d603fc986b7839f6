import type { ProviderContext, SecretKey } from './ProviderContext';
import type { Secret } from './Secret';

export type AlertSeverity = 'info' | 'warn' | 'error';

/** One message to people. */
export interface Alert {
  /** The same for every try, so that a receiver can drop a second copy. */
  id: string;
  severity: AlertSeverity;
  canary: { namespace: string; name: string };
  message: string;
  fields: { name: string; value: string }[];
}

/** `spec` of an AlertProvider object, its Secret resolved; the Secret's `address` has replaced `spec.address`. */
export interface AlertProviderOptions {
  /** A webhook address is a secret. */
  address: Secret;
  channel?: string;
  username?: string;
  proxy?: string;
  secrets: Record<string, Secret>;
}

/** Brings alerts to one place where people read them. */
export interface AlertProvider {
  /** Resolves when the receiver took the message. @throws ProviderError */
  send(alert: Alert): Promise<void>;
}

/** How to make an alert provider of one type. */
export interface AlertProviderDefinition {
  readonly kind: 'alert';
  /** The `CONTRACT_VERSION` that it was written for; 1, the first, when absent. */
  readonly contractVersion?: number;
  /** What users write as `spec.type`. */
  readonly id: string;
  readonly displayName: string;
  readonly secretKeys: readonly SecretKey[];
  /** @throws ProviderError `misconfigured`, naming the field */
  create(options: AlertProviderOptions, context: ProviderContext): AlertProvider;
}
