import type { Cause } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import { required, wrong } from './validatePodSpec';

/** The mistakes in a CustomResourceDefinition that would keep it from being served. */
export function validateCrd(object: KubeObject, old?: KubeObject): Cause[] {
  const { spec } = object;
  const missing = ['group', 'names', 'scope', 'versions'].filter((field) => !spec?.[field]).map((field) => required(`spec.${field}`));
  if (missing.length) {
    return missing;
  }
  const causes = ['plural', 'kind'].filter((field) => !spec.names[field]).map((field) => required(`spec.names.${field}`));
  const name = `${spec.names.plural}.${spec.group}`;
  if (object.metadata.name !== name) {
    causes.push(wrong('metadata.name', JSON.stringify(object.metadata.name), `must be spec.names.plural+"."+spec.group`));
  }
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${spec.scope}": supported values: "Cluster", "Namespaced"`,
      field: 'spec.scope',
    });
  }
  if (spec.versions.filter((version: any) => version.storage).length !== 1) {
    causes.push(
      wrong(
        'spec.versions',
        JSON.stringify(spec.versions.map((version: any) => version.name)),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  spec.versions.forEach((version: any, index: number) => {
    if (!version.schema?.openAPIV3Schema) {
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'));
    } else if (version.schema.openAPIV3Schema.type !== 'object') {
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema.type`, 'must not be empty at the root'));
    }
  });
  if (old && (old.spec.scope !== spec.scope || old.spec.names.kind !== spec.names.kind)) {
    causes.push(wrong('spec.scope', JSON.stringify(spec.scope), 'field is immutable'));
  }
  return causes;
}
