import { required, wrong } from '../admission/validatePodSpec';
import type { Cause } from '../ApiError';
import { isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';
import { compileRules, hasRules, type CompiledRules } from './compileRules';
import { normalFieldPath } from './fieldPath';
import { goJson } from './goJson';
import { ruleSource } from './ruleSource';
import { ruleReasons, type ValidationRule } from './ValidationRule';

/** What keeps a definition's rules from being used; `path` is where its schema is told to be. */
export function ruleDefinitionCauses(schema: JsonSchema, path: string): Cause[] {
  if (!hasRules(schema)) {
    return [];
  }
  const places = placesOf(schema, path, undefined);
  const incomplete = places.flatMap((place) =>
    place.rules.flatMap((rule, index) => partCauses(rule, `${place.path}.${field}[${index}]`, place.schema)),
  );
  return incomplete.length ? incomplete : [...problemCauses(compileRules(schema, path), places), ...places.flatMap(oldSelfCauses)];
}

const field = 'x-kubernetes-validations';

interface Place {
  path: string;
  schema: JsonSchema;
  rules: ValidationRule[];
  /** Within which no old value is found again. */
  lost: string | undefined;
}

function placesOf(schema: JsonSchema, path: string, lost: string | undefined): Place[] {
  const lostBelow = schema['x-kubernetes-list-type'] === 'map' ? lost : (lost ?? path);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => placesOf(property, `${path}.properties[${name}]`, lost)),
    ...(isRecord(schema.additionalProperties)
      ? placesOf(schema.additionalProperties as JsonSchema, `${path}.additionalProperties`, lost)
      : []),
    ...(schema.items ? placesOf(schema.items, `${path}.items`, lostBelow) : []),
    { path, schema, rules: schema[field] ?? [], lost },
  ];
}

function partCauses(rule: ValidationRule, at: string, schema: JsonSchema): Cause[] {
  const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
  const [code, text] = [(rule.rule ?? '').trim(), message.trim()];
  const causes: Cause[] = [];
  if (!code) {
    causes.push(required(`${at}.rule`, 'rule is not specified'));
  } else if (message && !text) {
    causes.push(wrong(`${at}.message`, goJson(message), 'must be non-empty if specified'));
  } else if (/[\n\r]/.test(text)) {
    causes.push(wrong(`${at}.message`, goJson(message), 'must not contain line breaks'));
  } else if (/[\n\r]/.test(code) && !text) {
    causes.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression && !messageExpression.trim()) {
    causes.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !ruleReasons.includes(reason)) {
    const supported = ruleReasons.map((known) => `"${known}"`).join(', ');
    const sentence = `Unsupported value: ${goJson(reason)}: supported values: ${supported}`;
    causes.push({ reason: 'FieldValueNotSupported', message: sentence, field: `${at}.reason` });
  }
  return [...causes, ...(fieldPath ? fieldPathCauses(fieldPath, `${at}.fieldPath`, schema) : [])];
}

function fieldPathCauses(fieldPath: string, at: string, schema: JsonSchema): Cause[] {
  const broken = [
    [!fieldPath.trim(), 'must be non-empty if specified'],
    [/[\n\r]/.test(fieldPath), 'must not contain line breaks'],
    [normalFieldPath(fieldPath, schema) === undefined, 'must be a valid path'],
  ] as const;
  return broken.flatMap(([isBroken, rule]) => (isBroken ? [wrong(at, goJson(fieldPath), rule)] : []));
}

function problemCauses({ problems }: CompiledRules, places: Place[]): Cause[] {
  return problems.map(({ path, index, part, message }) => {
    if (!part) {
      return { reason: 'InternalError', message: `Internal error: ${message}`, field: `${path}.${field}` };
    }
    const rule = places.find((place) => place.path === path)!.rules[index];
    return wrong(`${path}.${field}[${index}].${part}`, dump(rule), message);
  });
}

function oldSelfCauses({ path, rules, lost }: Place): Cause[] {
  return rules.flatMap(({ rule, optionalOldSelf }, index) => {
    const at = `${path}.${field}[${index}]`;
    if (ruleSource(rule).usesOldSelf) {
      const sentence = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${lost}`;
      return lost === undefined ? [] : [wrong(`${at}.rule`, goJson(rule), sentence)];
    }
    return optionalOldSelf === undefined
      ? []
      : [wrong(`${at}.optionalOldSelf`, String(optionalOldSelf), 'may not be set if oldSelf is not used in rule')];
  });
}

/** A rule as the real server shows its own structure. */
function dump(rule: ValidationRule): string {
  return goJson({
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  });
}
