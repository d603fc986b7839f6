import { badRequest } from '../ApiError';
import { valueAt } from '../json';
import type { KubeObject } from '../ObjectStore';

const everyKind = ['metadata.name', 'metadata.namespace'];
const events = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => `involvedObject.${field}`);

/** Fields that may be selected by, per type of object as it is kept. */
const selectable: Record<string, string[]> = {
  '/events': [...events, 'type', 'reason', 'reportingComponent', 'source'],
  '/pods': ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  '/namespaces': ['status.phase'],
  '/nodes': ['spec.unschedulable'],
  '/secrets': ['type'],
  '/services': ['spec.clusterIP', 'spec.type'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
};

/**
 * Parses `metadata.name=a,status.phase!=Running` for objects of a type, as they are kept. `custom` is whether a
 * CustomResourceDefinition defines it: the wording differs.
 * Throws 400 for bad syntax and for fields that cannot be selected by.
 */
export function parseFieldSelector(text: string, resource: string, custom: boolean): (object: KubeObject) => boolean {
  const parts = text.split(',').filter((part) => part !== '');
  const tests = parts.map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (!match) {
      throw badRequest(`invalid selector: ${JSON.stringify(text)}; can't understand ${JSON.stringify(part)}`);
    }
    const [, asked, operator, value] = match;
    const field = asked.replace(/^regarding\./, 'involvedObject.');
    if (![...everyKind, ...(selectable[resource] ?? [])].includes(field)) {
      throw badRequest(
        custom || selectable[resource]
          ? `field label not supported: ${asked}`
          : `"${asked}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    }
    return (object: KubeObject) => (fieldText(object, field) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldText(object: KubeObject, field: string): string {
  if (field === 'source') {
    return object.source?.component ?? '';
  }
  return String(valueAt(object, field) ?? '');
}
