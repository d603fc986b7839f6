import type { Cause } from '../ApiError';
import { equalJson, isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';
import { keyOf } from '../schema/validateSchema';
import { compileRules, hasRules, type CompiledRule, type CompiledRules, type RuleNode } from './compileRules';
import { failedRule } from './failedRule';
import { toCel } from './toCel';

/** A value and what it was. */
interface Correlation {
  value: unknown;
  old: unknown;
}

/** Where a value is, and with which old one it belongs together. */
interface Position {
  path: string;
  value: unknown;
  /** What rules know as `oldSelf`; undefined when there is none. */
  old: unknown;
  /** The value itself, or the nearest above it that has an old one: if that has not changed, its old mistakes are let be. */
  correlation: Correlation | undefined;
}

/** The rules of one version of a resource. They are compiled when they are first asked. */
export class ValidationRules {
  #compiled: CompiledRules | undefined;
  #exist: boolean | undefined;

  constructor(private readonly schema: JsonSchema) {}

  /** Whether there are any. */
  get exist(): boolean {
    return (this.#exist ??= hasRules(this.schema));
  }

  /** What rules say against an object whose schema is kept; `old` is the object that it replaces. */
  causes(object: unknown, old?: unknown): Cause[] {
    this.#compiled ??= compileRules(this.schema, '');
    const correlation = old === undefined ? undefined : { value: object, old };
    return this.#check(this.#compiled.root, { path: '', value: object, old, correlation });
  }

  #check(node: RuleNode | undefined, position: Position): Cause[] {
    const { value } = position;
    if (!node || value === null || value === undefined) {
      return [];
    }
    const causes = node.rules.length ? this.#ask(node, position) : [];
    if (Array.isArray(value)) {
      return [...causes, ...this.#checkItems(node, value, position)];
    }
    if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        const isNamed = node.properties.has(key);
        const below = isNamed ? node.properties.get(key) : node.content;
        const path = isNamed ? child(position.path, key) : `${position.path}[${key}]`;
        causes.push(...this.#check(below, under(position, path, item, isRecord(position.old) ? position.old[key] : undefined)));
      }
    }
    return causes;
  }

  #checkItems(node: RuleNode, items: unknown[], position: Position): Cause[] {
    const { schema } = node.seen;
    const isKeyed = schema['x-kubernetes-list-type'] === 'map';
    const before = new Map(isKeyed && Array.isArray(position.old) ? position.old.map((item) => [keyOf(item, schema), item]) : []);
    return items.flatMap((item, index) =>
      this.#check(node.content, under(position, `${position.path}[${index}]`, item, before.get(keyOf(item, schema)))),
    );
  }

  #ask(node: RuleNode, { path, value, old, correlation }: Position): Cause[] {
    const { types } = this.#compiled!;
    const self = toCel(value, node.seen, types);
    const before = old === undefined || old === null ? undefined : toCel(old, node.seen, types, value);
    const isUnchanged = correlation !== undefined && equalJson(correlation.value, correlation.old);
    return node.rules
      .filter((rule) => isAsked(rule, before))
      .flatMap((rule) =>
        failedRule(rule, { path, value, type: node.seen.schema.type ?? '' }, self, before, isUnchanged && !rule.expression.usesOldSelf),
      );
  }
}

/** A rule about a change is not asked when nothing was there before, unless it wants to be. */
function isAsked({ rule, expression }: CompiledRule, before: unknown): boolean {
  return before !== undefined || !expression.usesOldSelf || rule.optionalOldSelf === true;
}

function under(position: Position, path: string, value: unknown, old: unknown): Position {
  const correlation = old === undefined ? position.correlation : { value, old };
  return { path, value, old, correlation };
}

function child(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
