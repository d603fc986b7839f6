import { EvaluationError, Optional, type Environment } from '@marcbachmann/cel-js';
import { compareCel } from './compareCel';
import { formatText } from './formatText';

/** What a macro is called with: nodes of the syntax tree. The library declares no types for what it hands to macros. */
interface Call {
  args: any[];
  receiver: any;
}

/** What the library wants of a macro: `macro` is this object itself. */
interface Macro {
  typeCheck(checker: any, macro: unknown, context: any): any;
  evaluate(evaluator: any, macro: unknown, context: any): any;
}

/**
 * Registers what does not evaluate its arguments first. `has` and `format` replace the library's, of which the first takes
 * no index and the second is missing; `compileExpression` calls them by these names.
 */
export function registerMacros(environment: Environment): void {
  const register = (signature: string, expand: (call: Call) => Macro) => environment.registerFunction(signature, expand, { async: false });
  register('ha_(ast): bool', hasMacro);
  register('string.forma_(ast): string', formatMacro);
  register('list.all(ast, ast, ast): bool', ({ args, receiver }) => quantifier(receiver, args, false));
  register('list.exists(ast, ast, ast): bool', ({ args, receiver }) => quantifier(receiver, args, true));
  for (const name of ['exists_one', 'existsOne']) {
    register(`list.${name}(ast, ast, ast): bool`, exactlyOne);
  }
  register('list.existsOne(ast, ast): bool', exactlyOne);
  for (const more of ['', ', ast']) {
    register(`list.transformList(ast, ast, ast${more}): list<dyn>`, transformList);
    register(`list.transformMap(ast, ast, ast${more}): map<dyn, dyn>`, transformMap);
    register(`list.transformMapEntry(ast, ast, ast${more}): map<dyn, dyn>`, transformMapEntry);
  }
  register('list.sortBy(ast, ast): list<dyn>', sortBy);
  register('optional.optMap(ast, ast): optional<dyn>', ({ args, receiver }) => whenPresent(receiver, args, true));
  register('optional.optFlatMap(ast, ast): optional<dyn>', ({ args, receiver }) => whenPresent(receiver, args, false));
}

function hasMacro({ args: [node] }: Call): Macro {
  return {
    typeCheck(checker, _, context) {
      if (node.op !== '.' && node.op !== '.?') {
        throw checker.createError('invalid_macro_argument', 'invalid argument to has() macro', node);
      }
      checker.check(node, context);
      return checker.getType('bool');
    },
    evaluate(evaluator, _, context) {
      const [operand, field] = node.args;
      const found = evaluator.run(operand, context);
      const value = found instanceof Optional ? found.orValue(undefined) : found;
      if (value instanceof Map) return value.has(field);
      if (typeof value === 'object' && value !== null) return Object.hasOwn(value, field);
      if (value === undefined) return false;
      throw new EvaluationError({ code: 'no_such_overload', message: 'no such overload' });
    },
  };
}

/** Its list may hold values of different types, as no other list may. */
function formatMacro({ args: [list], receiver }: Call): Macro {
  return {
    typeCheck(checker, _, context) {
      checker.check(receiver, context);
      for (const node of list.op === 'list' ? list.args : [list]) checker.check(node, context);
      return checker.getType('string');
    },
    evaluate(evaluator, _, context) {
      const values = list.op === 'list' ? list.args.map((node: any) => evaluator.run(node, context)) : evaluator.run(list, context);
      return formatText(evaluator.run(receiver, context), values);
    },
  };
}

/** Goes through a list with its indices, or a map with its keys, under the names of one or two variables. */
class Loop {
  readonly #names: string[];
  #scopes: any[] = [];

  constructor(
    readonly range: any,
    variables: any[],
  ) {
    this.#names = variables.map((node) => node.args);
    if (variables.some(({ op }) => op !== 'id')) {
      throw new Error('argument must be a simple name');
    }
  }

  /** Declares the variables and returns the scope in which to check what is done with them. */
  declare(checker: any, context: any): any {
    const type = checker.check(this.range, context);
    const types = { list: [checker.getType('int'), type.valueType], map: [type.keyType, type.valueType] }[type.kind as string];
    if (!types && type.kind !== 'dyn') {
      throw checker.createError(
        'invalid_comprehension_range',
        `expression of type '${type}' cannot be range of a comprehension`,
        this.range,
      );
    }
    const [key, value] = types ?? [type, type];
    const ofNames = this.#names.length === 2 ? [key, value] : [type.kind === 'map' ? key : value];
    let scope = context;
    this.#scopes = this.#names.map((name, index) => (scope = scope.forkWithVariable(name, ofNames[index])));
    return scope;
  }

  /** Each element with the scope in which to evaluate what is done with it, before the next one is taken. */
  *run(evaluator: any, context: any): Generator<{ key: unknown; value: unknown; scope: any }> {
    const range = evaluator.run(this.range, context);
    const elements: [unknown, unknown][] = Array.isArray(range) ? range.map((item, index) => [BigInt(index), item]) : [...range];
    for (const [key, value] of elements) {
      const values = this.#names.length === 2 ? [key, value] : [Array.isArray(range) ? value : key];
      let scope = context;
      values.forEach((given, index) => {
        scope = this.#scopes[index].reuse(scope).setIterValue(given, evaluator);
      });
      yield { key, value, scope };
    }
  }
}

/** A condition on each element, and how what is made of it is checked. */
function conditionOn(range: any, args: any[]): { loop: Loop; condition: any; typeCheck: Macro['typeCheck'] } {
  const loop = new Loop(range, args.slice(0, -1));
  const condition = args.at(-1);
  return {
    loop,
    condition,
    typeCheck(checker, _, context) {
      checkCondition(checker, condition, loop.declare(checker, context));
      return checker.getType('bool');
    },
  };
}

function checkCondition(checker: any, node: any, scope: any): void {
  const type = checker.check(node, scope);
  if (!type.isDynOrBool()) {
    throw checker.createError('invalid_condition_type', `expected type 'bool' but found '${type}'`, node);
  }
}

/** `all` (until false) or `exists` (until true): what decides counts more than an error. */
function quantifier(range: any, args: any[], decisive: boolean): Macro {
  const { loop, condition, typeCheck } = conditionOn(range, args);
  return {
    typeCheck,
    evaluate(evaluator, _, context) {
      let failure: unknown;
      for (const { scope } of loop.run(evaluator, context)) {
        const result = evaluator.tryEval(condition, scope);
        if (result === decisive) return decisive;
        if (result instanceof Error) failure ??= result;
      }
      if (failure) throw failure;
      return !decisive;
    },
  };
}

function exactlyOne({ args, receiver }: Call): Macro {
  const { loop, condition, typeCheck } = conditionOn(receiver, args);
  return {
    typeCheck,
    evaluate(evaluator, _, context) {
      let count = 0;
      for (const { scope } of loop.run(evaluator, context)) {
        if (evaluator.run(condition, scope)) count += 1;
      }
      return count === 1;
    },
  };
}

/** What `transformList` and its like have in common: two variables, perhaps a condition, and an expression for each element. */
class Transformation {
  readonly #loop: Loop;
  readonly #condition: any;
  readonly #result: any;

  constructor({ args: [key, value, ...rest], receiver }: Call) {
    this.#loop = new Loop(receiver, [key, value]);
    this.#result = rest.at(-1);
    this.#condition = rest.length === 2 ? rest[0] : undefined;
  }

  /** The type of the expression. */
  check(checker: any, context: any): any {
    const scope = this.#loop.declare(checker, context);
    if (this.#condition) checkCondition(checker, this.#condition, scope);
    return checker.check(this.#result, scope);
  }

  /** The keys of the elements that fulfil the condition, with the expression's values. */
  *run(evaluator: any, context: any): Generator<[key: unknown, value: unknown]> {
    for (const { key, scope } of this.#loop.run(evaluator, context)) {
      if (!this.#condition || evaluator.run(this.#condition, scope)) yield [key, evaluator.run(this.#result, scope)];
    }
  }
}

function transformList(call: Call): Macro {
  const transformation = new Transformation(call);
  return {
    typeCheck: (checker, _, context) => checker.registry.getListType(transformation.check(checker, context)),
    evaluate: (evaluator, _, context) => [...transformation.run(evaluator, context)].map(([, value]) => value),
  };
}

function transformMap(call: Call): Macro {
  const transformation = new Transformation(call);
  return {
    typeCheck(checker, _, context) {
      const value = transformation.check(checker, context);
      const { kind, keyType } = checker.check(call.receiver, context);
      return checker.registry.getMapType(kind === 'map' ? keyType : checker.getType(kind === 'list' ? 'int' : 'dyn'), value);
    },
    evaluate: (evaluator, _, context) => new Map(transformation.run(evaluator, context)),
  };
}

function transformMapEntry(call: Call): Macro {
  const transformation = new Transformation(call);
  return {
    typeCheck: (checker, _, context) => transformation.check(checker, context),
    evaluate(evaluator, _, context) {
      const found = new Map<unknown, unknown>();
      for (const [, entries] of transformation.run(evaluator, context)) {
        for (const [key, value] of entries instanceof Map ? entries : Object.entries(entries as object)) {
          if (found.has(key)) throw new EvaluationError({ code: 'duplicate_key', message: `insert failed: key '${key}' already exists` });
          found.set(key, value);
        }
      }
      return found;
    },
  };
}

function sortBy({ args: [variable, key], receiver }: Call): Macro {
  const loop = new Loop(receiver, [variable]);
  return {
    typeCheck(checker, _, context) {
      checker.check(key, loop.declare(checker, context));
      return checker.check(receiver, context);
    },
    evaluate(evaluator, _, context) {
      const keyed: [key: unknown, value: unknown][] = [];
      for (const { value, scope } of loop.run(evaluator, context)) {
        keyed.push([evaluator.run(key, scope), value]);
      }
      return keyed.sort(([left], [right]) => compareCel(left, right)).map(([, value]) => value);
    },
  };
}

function whenPresent(receiver: any, [variable, result]: any[], wrap: boolean): Macro {
  let scope: any;
  return {
    typeCheck(checker, _, context) {
      const type = checker.check(receiver, context);
      if (type.kind !== 'optional' && type.kind !== 'dyn') {
        throw checker.createError('optional_expected', `found no matching overload for 'optMap' applied to '${type}'`, receiver);
      }
      scope = context.forkWithVariable(variable.args, type.kind === 'optional' ? type.valueType : type);
      const inner = checker.check(result, scope);
      return wrap ? checker.registry.getOptionalType(inner) : inner;
    },
    evaluate(evaluator, _, context) {
      const value = evaluator.run(receiver, context);
      if (!value.hasValue()) return value;
      const found = evaluator.run(result, scope.reuse(context).setIterValue(value.value(), evaluator));
      return wrap ? Optional.of(found) : found;
    },
  };
}
