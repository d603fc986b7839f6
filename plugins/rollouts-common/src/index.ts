export * from './types';
export * from './canaryRef';
export * from './permissions';
export * from './RolloutsClient';
