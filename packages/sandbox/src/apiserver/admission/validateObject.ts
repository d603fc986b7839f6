import type { Cause } from '../ApiError';
import { crdResource } from '../builtinTypes';
import { validateDefinition } from '../definitions/validateDefinition';
import { equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { labelCauses, nameCauses } from './names';
import { changedPodCauses, required, validatePodSpec, wrong } from './validatePodSpec';
import { validateService } from './validateService';

/** The usual mistakes in metadata and in objects of built-in kinds; `old` is the object that an update replaces. */
export function validateObject(resource: string, object: KubeObject, old?: KubeObject): Cause[] {
  return [...metadataCauses(resource, object), ...(validators[resource]?.(object, old) ?? [])];
}

const validators: Record<string, (object: KubeObject, old?: KubeObject) => Cause[]> = {
  '/pods': (object, old) => [...validatePodSpec(object.spec, 'spec'), ...(old ? changedPodCauses(object, old) : [])],
  '/services': validateService,
  '/configmaps': validateData,
  '/secrets': (object, old) => [
    ...validateData(object, old),
    ...(old && old.type !== object.type ? [wrong('type', JSON.stringify(object.type), 'field is immutable')] : []),
  ],
  '/events': ({ involvedObject, metadata }) => {
    const namespace = involvedObject?.namespace ?? '';
    const belongs = namespace === metadata.namespace || (!namespace && metadata.namespace === 'default');
    return belongs ? [] : [wrong('involvedObject.namespace', JSON.stringify(namespace), 'does not match event.namespace')];
  },
  'apps/deployments': validateWorkload,
  'apps/replicasets': validateWorkload,
  'apps/daemonsets': validateWorkload,
  'apps/statefulsets': validateWorkload,
  'autoscaling/horizontalpodautoscalers': validateAutoscaler,
  [crdResource]: validateDefinition,
};

function metadataCauses(resource: string, object: KubeObject): Cause[] {
  const { metadata } = object;
  const references = metadata.ownerReferences ?? [];
  const owners = references.flatMap((owner) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((field) => !owner[field])
      .map((field) => wrong(`metadata.ownerReferences.${field}`, '""', 'must not be empty')),
  );
  return [
    ...nameCauses(resource, metadata.name),
    ...labelCauses(metadata.labels, 'metadata.labels'),
    ...labelCauses(metadata.annotations, 'metadata.annotations'),
    ...owners,
    ...controllerCauses(references.filter(({ controller }) => controller)),
  ];
}

function controllerCauses([first, second, ...others]: KubeObject['metadata']['ownerReferences'] & object): Cause[] {
  if (!second) {
    return [];
  }
  const who = [first, second, ...others].map(({ kind, name }) => `${kind}/${name}`).join(' and ');
  const rule = `Only one reference can have Controller set to true. Found "true" in references for ${who}`;
  return [wrong('metadata.ownerReferences', JSON.stringify([first, second, ...others]), rule)];
}

/** Finalizers of a built-in kind that do not tell whose they are. Custom resources may have any. */
export function finalizerCauses({ metadata: { finalizers = [] } }: KubeObject): Cause[] {
  const standard = ['kubernetes', 'orphan', 'foregroundDeletion'];
  return finalizers.flatMap((name, index) =>
    name.includes('/') || standard.includes(name)
      ? []
      : [
          wrong(
            `metadata.finalizers[${index}]`,
            JSON.stringify(name),
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );
}

function validateWorkload(object: KubeObject, old?: KubeObject): Cause[] {
  const { spec } = object;
  if (!spec) {
    return [required('spec')];
  }
  const causes: Cause[] = [];
  if (spec.replicas !== undefined && !(Number.isInteger(spec.replicas) && spec.replicas >= 0)) {
    causes.push(wrong('spec.replicas', JSON.stringify(spec.replicas), 'must be greater than or equal to 0'));
  }
  if (!spec.selector) {
    causes.push(required('spec.selector'));
  } else if (!Object.keys(spec.selector.matchLabels ?? {}).length && !spec.selector.matchExpressions?.length) {
    causes.push(wrong('spec.selector', JSON.stringify(spec.selector), 'empty selector is invalid for deployment'));
  }
  const labels = spec.template?.metadata?.labels ?? {};
  const matching = Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  if (!matching) {
    causes.push(wrong('spec.template.metadata.labels', JSON.stringify(labels), '`selector` does not match template `labels`'));
  }
  if (old && !equalJson(old.spec?.selector, spec.selector)) {
    causes.push(wrong('spec.selector', JSON.stringify(spec.selector), 'field is immutable'));
  }
  if (spec.template?.spec?.restartPolicy && spec.template.spec.restartPolicy !== 'Always') {
    causes.push({
      reason: 'FieldValueNotSupported',
      field: 'spec.template.spec.restartPolicy',
      message: `Unsupported value: "${spec.template.spec.restartPolicy}": supported values: "Always"`,
    });
  }
  return [
    ...causes,
    ...labelCauses(labels, 'spec.template.metadata.labels'),
    ...validatePodSpec(spec.template?.spec, 'spec.template.spec'),
  ];
}

function validateAutoscaler(object: KubeObject): Cause[] {
  const { spec } = object;
  const causes = ['kind', 'name']
    .filter((field) => !spec?.scaleTargetRef?.[field])
    .map((field) => required(`spec.scaleTargetRef.${field}`));
  if (!(spec?.maxReplicas >= 1)) {
    causes.push(wrong('spec.maxReplicas', JSON.stringify(spec?.maxReplicas ?? 0), 'must be greater than 0'));
  } else if (spec.maxReplicas < spec.minReplicas) {
    causes.push(wrong('spec.maxReplicas', JSON.stringify(spec.maxReplicas), 'must be greater than or equal to `minReplicas`'));
  }
  return causes;
}

function validateData(object: KubeObject, old?: KubeObject): Cause[] {
  const changed = ['data', 'binaryData', 'immutable'].filter(
    (field) => old?.immutable && !equalJson(old[field] ?? {}, object[field] ?? {}),
  );
  return [
    ...changed.map((field) => ({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
      field,
    })),
    ...dataKeyCauses(object),
  ];
}

function dataKeyCauses(object: KubeObject): Cause[] {
  return Object.keys({ ...object.data, ...object.binaryData })
    .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
    .map((key) =>
      wrong(
        `data[${key}]`,
        JSON.stringify(key),
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
}
