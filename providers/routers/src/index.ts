export { kubernetes } from './kubernetes';
export { linkerd } from './linkerd';
