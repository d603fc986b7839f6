export { default } from './plugin';
export { rolloutsApiRef } from './apis/rolloutsApiRef';
