import type { Cause } from '../ApiError';
import { equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { isDnsLabel } from './names';
import { resourceCauses } from './resourceCauses';

/** The usual mistakes in a pod spec at the given path: containers without name, image, or with bad or repeated names. */
export function validatePodSpec(spec: any, path: string): Cause[] {
  if (!spec?.containers?.length) {
    return [required(`${path}.containers`)];
  }
  const seen = new Set<string>();
  return ['initContainers', 'containers'].flatMap((list) =>
    (spec[list] ?? []).flatMap((container: any, index: number) => {
      const at = `${path}.${list}[${index}]`;
      const causes: Cause[] = [];
      if (!container.name) {
        causes.push(required(`${at}.name`));
      } else if (!isDnsLabel(container.name)) {
        causes.push(
          wrong(
            `${at}.name`,
            JSON.stringify(container.name),
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
          ),
        );
      } else if (seen.has(container.name)) {
        causes.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: "${container.name}"`, field: `${at}.name` });
      }
      if (!container.image) {
        causes.push(required(`${at}.image`));
      }
      seen.add(container.name);
      return [...causes, ...portCauses(container.ports, at), ...resourceCauses(container.resources, `${at}.resources`)];
    }),
  );
}

/** Most of a pod's spec is what it is once the pod exists. */
export function changedPodCauses(pod: KubeObject, old: KubeObject): Cause[] {
  const fixed = ({
    spec: { nodeName, activeDeadlineSeconds: _a, tolerations: _t, terminationGracePeriodSeconds: _g, ...spec },
  }: KubeObject) => {
    const withoutImages = (list: any[] | undefined) => list?.map(({ image: _image, resources: _resources, ...container }) => container);
    return { ...spec, containers: withoutImages(spec.containers), initContainers: withoutImages(spec.initContainers), nodeName };
  };
  // Who schedules a pod may give it its node.
  const before = old.spec.nodeName ? old : { ...old, spec: { ...old.spec, nodeName: pod.spec.nodeName } };
  if (equalJson(fixed(pod), fixed(before))) {
    return [];
  }
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
}

/** A cause for a value that breaks a rule. `value` is shown as it is. */
export function wrong(field: string, value: string, rule: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${rule}`, field };
}

/** A cause for a field that is missing. */
export function required(field: string, detail = ''): Cause {
  return { reason: 'FieldValueRequired', message: `Required value${detail ? `: ${detail}` : ''}`, field };
}

/** Whether a value is a port number. */
export function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}

function portCauses(ports: any[] | undefined, at: string): Cause[] {
  return (ports ?? []).flatMap((port, index) =>
    isPort(port.containerPort)
      ? []
      : [wrong(`${at}.ports[${index}].containerPort`, JSON.stringify(port.containerPort ?? 0), 'must be between 1 and 65535, inclusive')],
  );
}
