import { kubernetes } from './kubernetes';

export { kubernetes };
export default kubernetes;
