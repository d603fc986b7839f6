/** The version of this contract. A provider that needs another one is refused at registration. */
export const CONTRACT_VERSION = 1;

export * from './AlertProvider';
export * from './KubeObject';
export * from './MetricProvider';
export * from './ProviderContext';
export * from './ProviderError';
export * from './RouterProvider';
export * from './Secret';
