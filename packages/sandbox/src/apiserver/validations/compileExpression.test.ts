import { celEnvironment } from './celEnvironment';
import { compileExpression } from './compileExpression';

const environment = celEnvironment().registerVariable('self', 'map<string, int>');
const compile = (expression: string) => compileExpression(environment, expression);

function refusal(expression: string): string {
  try {
    compile(expression);
    return 'taken';
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

describe('compileExpression', () => {
  it('refuses what the sandbox does not know, and says so', () => {
    expect(refusal('self.a == 1 && authorizer.path("/x").check("get").allowed()')).toBe(
      "ERROR: <input>:1:16: undeclared reference to 'authorizer' (in container '')",
    );
    expect(refusal('jsonpatch(self)')).toBe(
      "ERROR: <input>:1:1: undeclared reference to 'jsonpatch' (in container ''): the sandbox knows no such function",
    );
    expect(refusal('"a".frobnicate()')).toContain(
      "undeclared reference to 'frobnicate' (in container ''): the sandbox knows no such function",
    );
    expect(refusal('[?self[?"a"]].size() == 1')).toContain('or a form of expression that the sandbox does not know');
  });

  it('refuses what only the library knows', () => {
    expect(refusal('cel.bind(x, 1, x == 1)')).toContain("undeclared reference to 'cel'");
  });

  it('tells line and column, and names functions as the rule does', () => {
    expect(() => compile('self.a == 1 &&\n  "a".matches(1)')).toThrow(
      'ERROR: <input>:2:3: found no matching overload for \'string.matches(int)\'\n |   "a".matches(1)\n | ..^',
    );
  });

  it('refuses texts that a function can never take', () => {
    expect(refusal('"a".matches("a(?=b)")')).toBe('ERROR: <input>:1:13: invalid matches argument');
    expect(refusal('duration("1 day") > duration("1s")')).toBe('ERROR: <input>:1:10: invalid duration argument');
    expect(refusal('"a".matches("(?i)A")')).toBe('taken');
  });

  it('evaluates with the words of the real server', () => {
    const said = (expression: string) => {
      try {
        return compile(expression).run({ self: new Map([['a', 0n]]) });
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(said('self.a == 0')).toBe(true);
    expect(said('self.b == 0')).toBe('no such key: b');
    expect(said('self.b == 0 || self.c == 0')).toBe('no such key: b');
    expect(said('1 / self.a == 0 && self.c == 0')).toBe('division by zero');
    expect(said('duration("1" + "x") == duration("1s")')).toBe("type conversion error from 'string' to 'google.protobuf.Duration'");
    expect(said('quantity("1x").isInteger()')).toContain('quantities must match the regular expression');
  });
});
