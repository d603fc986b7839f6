export * from './createEgressPolicy';
export * from './createHttpClient';
export * from './parseRetryAfter';
export * from './redact';
