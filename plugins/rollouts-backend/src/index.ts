export { rolloutsPlugin as default, ledgerServiceRef } from './plugin';
export { canaryResourceRef, type CanaryCondition, type CanaryResource } from './permissions/canaryResource';
export { canaryConditions, createCanaryConditionalDecision } from './permissions/rules';
