import { slack } from './slack';

export { slack };
export default slack;
