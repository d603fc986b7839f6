import { prometheus } from './prometheus';

export { prometheus };
export default prometheus;
