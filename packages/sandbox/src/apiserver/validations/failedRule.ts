import { Optional } from '@marcbachmann/cel-js';
import type { Cause } from '../ApiError';
import type { CompiledRule } from './compileRules';
import { goJson } from './goJson';

const longestMessage = 5 * 1024;

/** The value that a rule is about: `type` is that of its schema, empty when it has none. */
interface Subject {
  path: string;
  value: unknown;
  type: string;
}

/** What a rule has against a value: nothing, or one cause. `isTolerated` lets a broken rule be, not one that fails with an error. */
export function failedRule(compiled: CompiledRule, subject: Subject, self: unknown, before: unknown, isTolerated: boolean): Cause[] {
  const { rule, expression } = compiled;
  const oldSelf = rule.optionalOldSelf ? (before === undefined ? Optional.none() : Optional.of(before)) : before;
  try {
    if (expression.run({ self, oldSelf }) === true || isTolerated) {
      return [];
    }
  } catch (error) {
    return [invalid(subject.path, goJson(subject.type), evaluationSentence((error as Error).message, told(compiled)))];
  }
  const path = compiled.fieldPath ? `${subject.path}${subject.path && '.'}${compiled.fieldPath}` : subject.path;
  const sentence = computedMessage(compiled, self, oldSelf) ?? (rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`);
  const isStructure = subject.type === 'object' || subject.type === 'array';
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return [{ reason: rule.reason, message: `Forbidden: ${sentence}`, field: path || '<nil>' }];
    case 'FieldValueRequired':
      return [{ reason: rule.reason, message: `Required value: ${sentence}`, field: path || '<nil>' }];
    case 'FieldValueDuplicate':
      return [
        { reason: rule.reason, message: `Duplicate value${isStructure ? '' : `: ${goJson(subject.value)}`}`, field: path || '<nil>' },
      ];
    default:
      return [invalid(path, isStructure ? undefined : goJson(subject.value), sentence)];
  }
}

/** A message that is no single line, or cannot be computed, is passed over. */
function computedMessage({ message }: CompiledRule, self: unknown, oldSelf: unknown): string | undefined {
  try {
    const text = message?.run({ self, oldSelf });
    const line = typeof text === 'string' ? text.trim() : '';
    return line && !line.includes('\n') && Buffer.byteLength(line) <= longestMessage ? line : undefined;
  } catch {
    return undefined;
  }
}

function evaluationSentence(error: string, rule: string): string {
  return error.startsWith('no such overload')
    ? `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
    : `${error} evaluating rule: ${rule}`;
}

function told({ rule }: CompiledRule): string {
  return (rule.message || rule.rule).trim();
}

function invalid(path: string, value: string | undefined, sentence: string): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${value === undefined ? '' : `${value}: `}${sentence}`,
    field: path || '<nil>',
  };
}
