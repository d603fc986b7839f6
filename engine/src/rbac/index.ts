export * from './engineRules';
export * from './PermissionCheck';
export * from './providerRules';
export * from './renderManifests';
