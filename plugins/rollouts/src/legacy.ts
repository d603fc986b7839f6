export { EntityRolloutsContent, RolloutsPage, rolloutsPlugin } from './legacyPlugin';
export { isRolloutsAvailable } from './isRolloutsAvailable';
export { rolloutsApiRef } from './apis/rolloutsApiRef';
