export { kubectlPath, runKubectl, type KubectlResult } from './kubectl';
