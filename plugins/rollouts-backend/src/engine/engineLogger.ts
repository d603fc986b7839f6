import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';

type Log = (message: string, fields?: Record<string, unknown>) => void;

/** Backstage's logger in the shape that the engine writes to. */
export function engineLogger(logger: LoggerService): Record<'debug' | 'info' | 'warn' | 'error', Log> {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log =>
    (message, fields) =>
      logger[level](message, fields as JsonObject | undefined);
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
