export * from './builtInProviders';
export * from './createProviderRegistry';
export * from './loadProvider';
export * from './ProviderRegistry';
