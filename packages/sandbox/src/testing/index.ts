export { startApiServer, type ApiServerOptions } from '../apiserver/startApiServer';
export { installDefinitions } from '../seed/seedCluster';
export { kubectlPath, runKubectl, type KubectlResult } from './kubectl';
