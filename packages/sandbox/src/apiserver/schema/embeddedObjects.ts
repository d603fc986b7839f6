import { labelCauses } from '../admission/names';
import type { Cause } from '../ApiError';
import { isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'object', additionalProperties: text };
const open: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The fields of `metadata`, of every object; others are dropped. */
export const objectMeta: JsonSchema = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string', nullable: true },
    deletionTimestamp: { type: 'string', nullable: true },
    deletionGracePeriodSeconds: { type: 'integer', nullable: true },
    labels: texts,
    annotations: texts,
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: 'boolean' },
          blockOwnerDeletion: { type: 'boolean' },
        },
      },
    },
    finalizers: { type: 'array', items: text },
    managedFields: { type: 'array', items: open },
  },
};

/** What is wrong with an object within another: it says what it is, and its metadata is like that of any object. */
export function embeddedCauses(value: Record<string, any>, path: string): Cause[] {
  const missing = ['apiVersion', 'kind'].filter((field) => !value[field]);
  const { labels, annotations } = isRecord(value.metadata) ? value.metadata : {};
  return [
    ...missing.map((field) => ({ reason: 'FieldValueRequired', message: 'Required value', field: `${path}.${field}` })),
    ...labelCauses(labels, `${path}.metadata.labels`),
    ...labelCauses(annotations, `${path}.metadata.annotations`),
  ];
}
