import { isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';
import { celEnvironment } from './celEnvironment';
import { compileExpression, type CompiledExpression } from './compileExpression';
import { normalFieldPath } from './fieldPath';
import { RuleTypes, propertiesOf, within, type SeenSchema } from './RuleTypes';
import type { ValidationRule } from './ValidationRule';

/** A rule that can be asked. */
export interface CompiledRule {
  rule: ValidationRule;
  expression: CompiledExpression;
  message?: CompiledExpression;
  /** `fieldPath` as it is told, empty for the place of the rule itself. */
  fieldPath: string;
}

/** The rules of a schema and of the schemas below it, as far as there are any. */
export interface RuleNode {
  seen: SeenSchema;
  rules: CompiledRule[];
  properties: Map<string, RuleNode>;
  /** Of the items of a list or of the values of a map. */
  content?: RuleNode;
}

/** What is said of a rule that cannot be compiled: `part` is the expression, `path` the place of the schema. */
export interface RuleProblem {
  path: string;
  index: number;
  part: 'rule' | 'messageExpression' | undefined;
  message: string;
}

/** All rules of a resource's schema, and what is wrong with them. */
export interface CompiledRules {
  types: RuleTypes;
  root: RuleNode | undefined;
  problems: RuleProblem[];
}

/** Whether a schema has rules anywhere. */
export function hasRules(schema: JsonSchema | undefined): boolean {
  return (
    schema !== undefined &&
    ((schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
      hasRules(schema.items) ||
      (isRecord(schema.additionalProperties) && hasRules(schema.additionalProperties as JsonSchema)) ||
      Object.values(schema.properties ?? {}).some(hasRules))
  );
}

/** Compiles the rules of a resource's schema; `path` is where the schema is told to be. */
export function compileRules(schema: JsonSchema, path: string): CompiledRules {
  const types = new RuleTypes(celEnvironment());
  const problems: RuleProblem[] = [];
  const seen = { schema, isRoot: true };
  types.declare(seen);
  return { types, problems, root: compileNode(seen, path, types, problems) };
}

function compileNode(seen: SeenSchema, path: string, types: RuleTypes, problems: RuleProblem[]): RuleNode | undefined {
  const { schema } = seen;
  if (!hasRules(schema)) {
    return undefined;
  }
  const node: RuleNode = { seen, rules: rulesOf(seen, path, types, problems), properties: new Map() };
  for (const [name, property] of Object.entries(propertiesOf(seen))) {
    const below = compileNode(within(property), `${path}.properties[${name}]`, types, problems);
    if (below) node.properties.set(name, below);
  }
  const [content, where] = schema.items
    ? [schema.items, 'items']
    : isRecord(schema.additionalProperties)
      ? [schema.additionalProperties as JsonSchema, 'additionalProperties']
      : [];
  node.content = content && compileNode(within(content), `${path}.${where}`, types, problems);
  return node;
}

function rulesOf(seen: SeenSchema, path: string, types: RuleTypes, problems: RuleProblem[]): CompiledRule[] {
  const rules: ValidationRule[] = seen.schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) {
    return [];
  }
  const type = types.declare(seen);
  if (type === undefined) {
    const message =
      'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';
    problems.push({ path, index: 0, part: undefined, message });
    return [];
  }
  return rules.flatMap((rule, index) => {
    const environment = types.environment
      .clone()
      .registerVariable('self', type)
      .registerVariable('oldSelf', rule.optionalOldSelf ? `optional<${type}>` : type);
    const compile = (part: 'rule' | 'messageExpression', wanted: string, prefix: string, otherwise: string) => {
      const problem = (message: string) => void problems.push({ path, index, part, message });
      try {
        const compiled = compileExpression(environment, rule[part]!);
        return compiled.type === wanted || compiled.type === 'dyn' ? compiled : problem(otherwise);
      } catch (error) {
        return problem(`${prefix}compilation failed: ${(error as Error).message}`);
      }
    };
    const expression = compile('rule', 'bool', '', 'cel expression must evaluate to a bool');
    const message =
      expression && rule.messageExpression
        ? compile('messageExpression', 'string', 'messageExpression ', 'messageExpression must evaluate to a string')
        : undefined;
    const fieldPath = rule.fieldPath ? (normalFieldPath(rule.fieldPath, seen.schema) ?? '') : '';
    return expression ? [{ rule, expression, fieldPath, ...(message ? { message } : {}) }] : [];
  });
}
