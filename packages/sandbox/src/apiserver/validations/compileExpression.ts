import { EvaluationError, type Environment } from '@marcbachmann/cel-js';
import { isGoDuration } from './functions/readDuration';
import { compileRegex } from './functions/textFunctions';
import { ruleSource, untypedNull, withOriginalNames, withUntypedNulls } from './ruleSource';
import { tellLeftErrors } from './tellLeftErrors';

/** An expression that can be evaluated. */
export interface CompiledExpression {
  /** `bool`, `string`, …; `dyn` when only the evaluation can tell. */
  type: string;
  usesOldSelf: boolean;
  /** Evaluates it. @throws Error whose message is the real server's, as far as it is known */
  run(variables: { self: unknown; oldSelf?: unknown }): unknown;
}

/** What is wrong with an expression: `message` tells it as the real server's compiler would, in mostly other words. */
export class CompileError extends Error {
  readonly name = 'CompileError';

  constructor(reason: string, expression: string, at: number) {
    const before = expression.slice(0, at).split('\n');
    const line = expression.split('\n')[before.length - 1];
    const column = before.at(-1)!.length;
    super(`ERROR: <input>:${before.length}:${column + 1}: ${reason}\n | ${line}\n | ${'.'.repeat(column)}^`);
  }
}

/** Reads an expression and checks its types. @throws CompileError */
export function compileExpression(environment: Environment, expression: string): CompiledExpression {
  const { source, usesOldSelf, literals, unknown } = ruleSource(expression);
  for (const { name, at } of unknown) {
    throw new CompileError(`undeclared reference to '${name}' (in container '')`, expression, at);
  }
  const fail = (error: any): never => {
    const at: number = error.range?.start ?? 0;
    // The real server points at the dot of a field that is missing.
    throw new CompileError(reasonOf(error, environment), expression, expression[at - 1] === '.' ? at - 1 : at);
  };
  const check = (text: string) => {
    try {
      const parsed = environment.parse(text);
      return { parsed, ...parsed.check() };
    } catch (error) {
      return fail(error);
    }
  };
  let checked = check(source);
  if (isComparisonWithNull(checked.error)) {
    checked = check(withUntypedNulls(source));
  }
  const { parsed, type, valid, error } = checked;
  if (!valid) {
    return fail(error);
  }
  tellLeftErrors(parsed.ast);
  for (const { name, literal, at } of literals) {
    checkLiteral(environment, name, literal, () => {
      throw new CompileError(`invalid ${name} argument`, expression, at);
    });
  }
  return {
    type: type!,
    usesOldSelf,
    run(variables) {
      try {
        return parsed({ ...variables, [untypedNull]: null });
      } catch (failure) {
        throw new Error(evaluationMessage(failure));
      }
    },
  };
}

/** Structures may be compared with null, other than numbers and texts; the library takes all types for the same in this. */
function isComparisonWithNull(error: any): boolean {
  const [, left, right] = /^no such overload: (\S+) [!=]= (\S+)$/.exec(error?.summary ?? '') ?? [];
  const other = left === 'null' ? right : right === 'null' ? left : 'int';
  return !/^(?:int|uint|double|bool|string|bytes|type|list|map)\b/.test(other);
}

function checkLiteral(environment: Environment, name: string, literal: string, refuse: () => never): void {
  try {
    const text = environment.evaluate(literal);
    if (name === 'duration' && !isGoDuration(text)) {
      refuse();
    } else if (name === 'timestamp') {
      environment.evaluate(`timestamp(${literal})`);
    } else if (name !== 'duration') {
      compileRegex(text);
    }
  } catch {
    refuse();
  }
}

function reasonOf(error: any, environment: Environment): string {
  const summary = withOriginalNames(error.summary ?? error.message);
  const name = /'([^'(]*?)\(/.exec(summary)?.[1].split('.').at(-1);
  switch (error.code) {
    case 'unknown_variable':
      return `undeclared reference to '${error.node?.args ?? summary}' (in container '')`;
    case 'no_such_key':
      return `undefined field '${summary.replace('No such key: ', '')}'`;
    case 'no_matching_overload':
      return name !== undefined && !knows(environment, name)
        ? `undeclared reference to '${name}' (in container ''): the sandbox knows no such function`
        : summary;
    default:
      return error.name === 'ParseError' ? `Syntax error: ${summary} (or a form of expression that the sandbox does not know)` : summary;
  }
}

function knows(environment: Environment, name: string): boolean {
  return environment.getDefinitions().functions.some((known) => withOriginalNames(known.name) === name);
}

/** What the real server says of an evaluation that ends in an error. */
function evaluationMessage(error: unknown): string {
  if (!(error instanceof EvaluationError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const { code, summary } = error;
  switch (code) {
    case 'no_such_key':
      return summary.replace('No such key', 'no such key');
    case 'index_out_of_bounds':
      return `index out of bounds: ${/index (-?\d+)/.exec(summary)?.[1]}`;
    case 'modulo_by_zero':
      return 'modulus by zero';
    case 'numeric_overflow':
      return 'integer overflow';
    case 'no_such_overload':
    case 'no_matching_overload':
    case 'invalid_logical_operand':
    case 'invalid_condition_type':
      return 'no such overload';
    case 'optional_value_missing':
      return 'optional.none() dereference';
    default:
      return conversion(code) ?? withOriginalNames(summary);
  }
}

function conversion(code: string): string | undefined {
  const to = /^(int|uint|double|bool)_conversion_error$/.exec(code)?.[1] ?? conversions[code];
  return to && `type conversion error from 'string' to '${to}'`;
}

const conversions: Record<string, string> = {
  invalid_duration: 'google.protobuf.Duration',
  invalid_timestamp: 'google.protobuf.Timestamp',
};
