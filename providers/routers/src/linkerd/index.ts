import { linkerd } from './linkerd';

export { linkerd };
export default linkerd;
