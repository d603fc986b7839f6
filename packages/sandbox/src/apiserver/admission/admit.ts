import { badRequest, invalid, type Cause } from '../ApiError';
import { cloneJson, equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { apiVersionOf, versionName, versionOf, type ResourceType } from '../ResourceType';
import { applyDefaults } from '../schema/applyDefaults';
import { pruneUnknown } from '../schema/pruneUnknown';
import { validateSchema } from '../schema/validateSchema';
import type { ValidationRules } from '../validations/ValidationRules';
import { toStored } from '../views';
import { defaultObject } from './defaultObject';
import { finalizerCauses, validateObject } from './validateObject';

/**
 * Turns what a client sent into what is kept: pruned, defaulted, validated and in the stored version.
 * `object` is changed. Throws 400 for a version that is not served, 422 naming every wrong field.
 */
export function admit(type: ResourceType, object: KubeObject, old?: KubeObject): KubeObject {
  const version = versionOf(type, versionName(object.apiVersion ?? ''));
  if (object.kind !== type.kind) {
    throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): it has kind "${object.kind}"`);
  }
  if (type.custom && version && apiVersionOf(type, version.name) === object.apiVersion) {
    const schema = version.schema ?? {};
    pruneUnknown(object, schema);
    applyDefaults(object, schema);
    const causes = [...distinct(validateSchema(object, schema, '', old)), ...validateObject(type.id, object, old)];
    refuse(type, object, [...causes, ...ruleCauses(version.rules, causes, object, old)]);
  }
  const stored = toStored(object, type);
  if (!stored) {
    const served = type.versions.map(({ name }) => apiVersionOf(type, name)).join(', ');
    throw badRequest(`the API version in the data (${object.apiVersion}) does not match the expected API version (${served})`);
  }
  if (!type.custom) {
    inheritFromOld(type.id, stored, old);
    defaultObject(type.storedAs ?? type.id, stored);
    refuse(type, stored, [...validateObject(type.id, stored, old), ...finalizerCauses(stored)]);
  }
  return stored;
}

/** A Service keeps its addresses when an update leaves them out. */
function inheritFromOld(resource: string, object: KubeObject, old: KubeObject | undefined): void {
  if (resource === '/services' && old?.spec && object.spec && object.spec.type !== 'ExternalName') {
    object.spec.clusterIP ??= old.spec.clusterIP;
    object.spec.clusterIPs ??= cloneJson(old.spec.clusterIPs);
  }
}

/** What alternatives of a schema say alike is said once. */
function distinct(causes: Cause[]): Cause[] {
  return causes.filter((cause, index) => causes.findIndex((other) => equalJson(other, cause)) === index);
}

/** What rules say, unless the object has mistakes that they could stumble over. */
function ruleCauses(rules: ValidationRules | undefined, causes: Cause[], object: KubeObject, old: KubeObject | undefined): Cause[] {
  if (!rules?.exist) {
    return [];
  }
  return causes.some(({ reason }) => blocking.includes(reason)) ? [unchecked] : rules.causes(object, old);
}

const blocking = ['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'];
const unchecked: Cause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
};

function refuse(type: ResourceType, object: KubeObject, causes: Cause[]): void {
  if (causes.length) {
    throw invalid(type, object.metadata.name, causes);
  }
}
