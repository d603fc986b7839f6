export { createEngine } from './createEngine';
export type { Engine, EngineHealth, EngineOptions } from './createEngine';
export { engineConfigSchema, parseEngineConfig } from './config/EngineConfig';
export type { EngineConfig } from './config/EngineConfig';
export { createClock } from './Clock';
export type { Clock, ClockOrigin } from './Clock';
export type { Logger } from './telemetry/Logger';
export type { ProviderDefinition } from './registry';
export { createProviderRegistry } from './registry';
