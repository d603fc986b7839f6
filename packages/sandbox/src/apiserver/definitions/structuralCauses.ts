import { required, wrong } from '../admission/validatePodSpec';
import type { Cause } from '../ApiError';
import { cloneJson, isRecord } from '../json';
import { goPattern } from '../schema/goPattern';
import type { JsonSchema } from '../schema/JsonSchema';
import { pruneUnknown } from '../schema/pruneUnknown';
import { validateSchema } from '../schema/validateSchema';

type Schema = JsonSchema & { $ref?: string; uniqueItems?: boolean };

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** What keeps a schema from being structural: every field has its type, and says itself what it is made of. */
export function structuralCauses(schema: Schema, path: string): Cause[] {
  if (schema.type !== 'object') {
    return schema.type
      ? [wrong(`${path}.type`, JSON.stringify(schema.type), 'must be object at the root')]
      : [required(`${path}.type`, 'must not be empty at the root')];
  }
  return [...metadataCauses(schema, path), ...fieldCauses(schema, path, 'at the root')];
}

function metadataCauses(schema: Schema, path: string): Cause[] {
  const { type: _, description: __, properties = {}, ...rest } = (schema.properties?.metadata ?? {}) as Schema;
  const odd = Object.keys(properties).filter((name) => name !== 'name' && name !== 'generateName');
  return odd.length || Object.keys(rest).length
    ? [
        forbidden(
          `${path}.properties[metadata]`,
          'must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      ]
    : [];
}

function fieldCauses(schema: Schema, path: string, role: string): Cause[] {
  const causes: Cause[] = [];
  if (schema.$ref !== undefined) {
    return [forbidden(`${path}.$ref`, '$ref is not supported')];
  }
  const typeless = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (!schema.type && !typeless) {
    causes.push(required(`${path}.type`, `must not be empty ${role}`));
  } else if (schema.type && !types.includes(schema.type)) {
    return [unsupportedType(`${path}.type`, schema.type)];
  }
  if (schema.type === 'array' && !schema.items) {
    return [required(`${path}.items`, 'must be specified')];
  }
  if (schema.properties && isRecord(schema.additionalProperties)) {
    return [forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')];
  }
  if (schema.uniqueItems) {
    return [forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')];
  }
  causes.push(...listCauses(schema, path), ...patternCauses(schema, path), ...defaultCauses(schema, path));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    causes.push(...fieldCauses(property, `${path}.properties[${name}]`, 'for specified object fields'));
  }
  if (isRecord(schema.additionalProperties)) {
    causes.push(...fieldCauses(schema.additionalProperties as Schema, `${path}.additionalProperties`, 'for specified object fields'));
  }
  if (schema.items) {
    causes.push(...fieldCauses(schema.items, `${path}.items`, 'for specified array items'));
  }
  return [...causes, ...alternativeCauses(schema, path)];
}

function listCauses(schema: Schema, path: string): Cause[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind === 'map' && !schema['x-kubernetes-list-map-keys']?.length) {
    return [required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')];
  }
  const { items } = schema;
  if (kind === 'set' && items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [wrong(`${path}.items.x-kubernetes-map-type`, 'null', 'must be atomic as item of a list with x-kubernetes-list-type=set')];
  }
  return [];
}

function patternCauses({ pattern }: Schema, path: string): Cause[] {
  if (pattern === undefined) {
    return [];
  }
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    return [
      wrong(`${path}.pattern`, JSON.stringify(pattern), `must be a valid regular expression, but isn't: ${(error as Error).message}`),
    ];
  }
}

function defaultCauses(schema: Schema, path: string): Cause[] {
  if (schema.default === undefined) {
    return [];
  }
  const value = cloneJson(schema.default);
  if (isRecord(value) && pruneUnknown({ value }, { properties: { value: schema } }).length) {
    return [wrong(`${path}.default`, JSON.stringify(schema.default), 'must not have unknown fields')];
  }
  return validateSchema(value, schema).map((cause) => ({ ...cause, field: `${path}.default` }));
}

/** Alternatives restrict what the field's own properties allow; they define nothing. */
function alternativeCauses(schema: Schema, path: string): Cause[] {
  const alternatives = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((field) =>
    (schema[field] ?? []).map((alternative, index): [Schema, string] => [alternative, `${path}.${field}[${index}]`]),
  );
  if (schema.not) {
    alternatives.push([schema.not, `${path}.not`]);
  }
  return alternatives.flatMap(([alternative, at]) => valueCauses(alternative, at, schema['x-kubernetes-int-or-string'] === true));
}

function valueCauses(schema: Schema, path: string, isIntOrString: boolean): Cause[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    valueCauses(property, `${path}.properties[${name}]`, false),
  );
  const items = schema.items ? valueCauses(schema.items, `${path}.items`, false) : [];
  const forbiddenFields = (['type', 'description', 'default', 'nullable', 'x-kubernetes-validations'] as const).filter(
    (field) => schema[field] !== undefined && !(field === 'type' && isIntOrString),
  );
  return [
    ...below,
    ...items,
    ...forbiddenFields.map((field) => forbidden(`${path}.${field}`, 'must be empty to be structural')),
    ...alternativeCauses(schema, path),
  ];
}

function unsupportedType(field: string, type: string): Cause {
  const supported = types.map((known) => `"${known}"`).join(', ');
  return { reason: 'FieldValueNotSupported', message: `Unsupported value: "${type}": supported values: ${supported}`, field };
}

function forbidden(field: string, detail: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}
