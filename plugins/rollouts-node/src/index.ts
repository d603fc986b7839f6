export * from './extensionPoints';
export { type Provider, ProviderCollection } from './ProviderCollection';
