import { Environment } from '@marcbachmann/cel-js';
import { registerKubernetesFunctions } from './functions/kubernetesFunctions';
import { registerListFunctions } from './functions/listFunctions';
import { registerMacros } from './functions/macros';
import { registerTextFunctions } from './functions/textFunctions';
import { untypedNull } from './ruleSource';

/** The language of validation rules: CEL with the functions that Kubernetes 1.36 has in custom resource definitions. */
export function celEnvironment(): Environment {
  const environment = new Environment({ enableOptionalTypes: true });
  registerMacros(environment);
  registerTextFunctions(environment);
  registerListFunctions(environment);
  registerKubernetesFunctions(environment);
  environment.registerVariable(untypedNull, 'dyn');
  return environment;
}
