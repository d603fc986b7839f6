import type { Cause } from '../ApiError';
import { equalJson, isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';
import { formatErrors } from './formatErrors';

/** Checks a value against a structural schema; the causes are worded as a real API server words them. */
export function validateSchema(value: unknown, schema: JsonSchema, path = ''): Cause[] {
  if (value === null && schema.nullable) {
    return [];
  }
  const wrongType = typeCause(value, schema, path);
  if (wrongType) {
    return [wrongType];
  }
  const causes = [...enumCauses(value, schema, path), ...combinationCauses(value, schema, path)];
  if (typeof value === 'string') {
    causes.push(...stringCauses(value, schema, path));
  } else if (typeof value === 'number') {
    causes.push(...numberCauses(value, schema, path));
  } else if (Array.isArray(value)) {
    causes.push(...arrayCauses(value, schema, path));
  } else if (isRecord(value)) {
    causes.push(...objectCauses(value, schema, path));
  }
  return causes;
}

function typeCause(value: unknown, schema: JsonSchema, path: string): Cause | undefined {
  const actual = typeName(value);
  if (schema['x-kubernetes-int-or-string']) {
    return actual === 'integer' || actual === 'string'
      ? undefined
      : wrong(path, `"${actual}"`, `must be of type integer,string: "${actual}"`);
  }
  if (!schema.type || schema.type === actual || (schema.type === 'number' && actual === 'integer')) {
    return undefined;
  }
  return { ...wrong(path, `"${actual}"`, `must be of type ${schema.type}: "${actual}"`), reason: 'FieldValueTypeInvalid' };
}

function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'integer' : 'number';
  }
  return typeof value;
}

function enumCauses(value: unknown, schema: JsonSchema, path: string): Cause[] {
  if (!schema.enum || schema.enum.some((allowed) => equalJson(allowed, value))) {
    return [];
  }
  const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ');
  return [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${shown(value)}: supported values: ${supported}`,
      field: fieldOf(path),
    },
  ];
}

function stringCauses(value: string, schema: JsonSchema, path: string): Cause[] {
  const causes: Cause[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    causes.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${schema.maxLength} bytes`, field: fieldOf(path) });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    causes.push(wrong(path, shown(value), `should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    causes.push(wrong(path, shown(value), `should match '${schema.pattern}'`));
  }
  return [...causes, ...formatErrors(value, schema.format).map((error) => wrong(path, shown(value), error))];
}

function numberCauses(value: number, schema: JsonSchema, path: string): Cause[] {
  const causes: Cause[] = [];
  const { minimum, maximum, multipleOf } = schema;
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    causes.push(wrong(path, shown(value), `should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    causes.push(wrong(path, shown(value), `should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    causes.push(wrong(path, shown(value), `should be a multiple of ${multipleOf}`));
  }
  return [...causes, ...formatErrors(value, schema.format).map((error) => wrong(path, shown(value), error))];
}

function arrayCauses(value: unknown[], schema: JsonSchema, path: string): Cause[] {
  const causes: Cause[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    causes.push(tooMany(value.length, schema.maxItems, path));
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    causes.push(wrong(path, String(value.length), `should have at least ${schema.minItems} items`));
  }
  value.forEach((item, index) => {
    if (schema.items) {
      causes.push(...validateSchema(item, schema.items, `${path}[${index}]`));
    }
  });
  return [...causes, ...duplicateCauses(value, schema, path)];
}

function duplicateCauses(value: unknown[], schema: JsonSchema, path: string): Cause[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    if (schema['x-kubernetes-list-type'] !== 'set' && schema['x-kubernetes-list-type'] !== 'map') {
      return [];
    }
    const key = schema['x-kubernetes-list-type'] === 'set' ? item : Object.fromEntries(keys.map((name) => [name, (item as any)?.[name]]));
    const text = JSON.stringify(key);
    if (seen.has(text)) {
      return [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${text}`, field: `${path}[${index}]` }];
    }
    seen.add(text);
    return [];
  });
}

function objectCauses(value: Record<string, unknown>, schema: JsonSchema, path: string): Cause[] {
  const count = Object.keys(value).length;
  const causes: Cause[] = [];
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    causes.push(tooMany(count, schema.maxProperties, path));
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    causes.push(wrong(path, String(count), `should have at least ${schema.minProperties} properties`));
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: path ? `${path}.${name}` : name });
    }
  }
  for (const [name, item] of Object.entries(value)) {
    const below =
      schema.properties?.[name] ?? (isRecord(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined);
    if (below && item !== undefined) {
      causes.push(...validateSchema(item, below, path ? `${path}.${name}` : name));
    }
  }
  return causes;
}

function combinationCauses(value: unknown, schema: JsonSchema, path: string): Cause[] {
  const holds = (option: JsonSchema) => validateSchema(value, option, path).length === 0;
  const causes = (schema.allOf ?? []).flatMap((option) => validateSchema(value, option, path));
  if (schema.anyOf && !schema['x-kubernetes-int-or-string'] && !schema.anyOf.some(holds)) {
    causes.push(combination(path, 'must validate at least one schema (anyOf)'));
  }
  const matches = schema.oneOf?.filter(holds).length;
  if (matches !== undefined && matches !== 1) {
    const found = matches === 0 ? 'Found none valid' : `Found ${matches} valid alternatives`;
    causes.push(combination(path, `must validate one and only one schema (oneOf). ${found}`));
  }
  if (schema.not && holds(schema.not)) {
    causes.push(combination(path, 'must not validate the schema (not)'));
  }
  return causes;
}

function combination(path: string, sentence: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: "${path}" ${sentence}`, field: fieldOf(path) };
}

function tooMany(count: number, most: number, path: string): Cause {
  return { reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${most} items`, field: fieldOf(path) };
}

function wrong(path: string, value: string, sentence: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${path} in body ${sentence}`, field: fieldOf(path) };
}

function fieldOf(path: string): string {
  return path || '<nil>';
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}
