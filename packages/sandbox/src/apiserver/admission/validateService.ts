import type { Cause } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import { isPort, required, wrong } from './validatePodSpec';

/** The usual mistakes in a Service: no ports, bad numbers, several ports without names, a changed cluster address. */
export function validateService(object: KubeObject, old?: KubeObject): Cause[] {
  const { spec } = object;
  if (!spec) {
    return [required('spec')];
  }
  const ports: any[] = spec.ports ?? [];
  const causes: Cause[] = [];
  if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None') {
    causes.push(required('spec.ports'));
  }
  if (!['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(spec.type)) {
    const supported = '"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"';
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${spec.type}": supported values: ${supported}`,
      field: 'spec.type',
    });
  }
  ports.forEach((port, index) => {
    const at = `spec.ports[${index}]`;
    if (!isPort(port.port)) {
      causes.push(wrong(`${at}.port`, JSON.stringify(port.port ?? 0), 'must be between 1 and 65535, inclusive'));
    }
    if (typeof port.targetPort === 'number' && !isPort(port.targetPort)) {
      causes.push(wrong(`${at}.targetPort`, String(port.targetPort), 'must be between 1 and 65535, inclusive'));
    }
    if (!port.name && ports.length > 1) {
      causes.push(required(`${at}.name`));
    }
    if (port.name && ports.slice(0, index).some((other) => other.name === port.name)) {
      causes.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: "${port.name}"`, field: `${at}.name` });
    }
  });
  if (old?.spec?.clusterIP && old.spec.type !== 'ExternalName' && spec.type !== 'ExternalName' && spec.clusterIP !== old.spec.clusterIP) {
    causes.push(wrong('spec.clusterIPs[0]', JSON.stringify([spec.clusterIP]), 'may not change once set'));
  }
  return causes;
}
