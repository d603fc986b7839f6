import type { Cause } from '../ApiError';
import type { JsonSchema } from './JsonSchema';

/**
 * What `allOf`, `anyOf`, `oneOf` and `not` of a schema refuse. `check` gives the causes of one alternative. As the
 * real server has it, a refusal goes without a field, beside the causes of the first alternative.
 */
export function combinationCauses(schema: JsonSchema, path: string, check: (alternative: JsonSchema) => Cause[]): Cause[] {
  const causes: Cause[] = [];
  if (schema.anyOf && !schema['x-kubernetes-int-or-string']) {
    const results = schema.anyOf.map(check);
    if (!results.some(isEmpty)) {
      causes.push(combination(path, 'must validate at least one schema (anyOf)'), ...(results[0] ?? []));
    }
  }
  if (schema.oneOf) {
    const results = schema.oneOf.map(check);
    const valid = results.filter(isEmpty).length;
    if (valid === 0) {
      causes.push(combination(path, 'must validate one and only one schema (oneOf). Found none valid'), ...(results[0] ?? []));
    } else if (valid > 1) {
      causes.push(combination(path, `must validate one and only one schema (oneOf). Found ${valid} valid alternatives`));
    }
  }
  if (schema.allOf) {
    const results = schema.allOf.map(check);
    const valid = results.filter(isEmpty).length;
    causes.push(...results.flat());
    if (valid < results.length) {
      causes.push(combination(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
    }
  }
  if (schema.not && isEmpty(check(schema.not))) {
    causes.push(combination(path, 'must not validate the schema (not)'));
  }
  return causes;
}

function isEmpty(causes: Cause[]): boolean {
  return causes.length === 0;
}

function combination(path: string, sentence: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: "": "${path}" ${sentence}`, field: '<nil>' };
}
