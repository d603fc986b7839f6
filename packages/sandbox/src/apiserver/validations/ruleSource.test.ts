import fc from 'fast-check';
import { ruleSource, withOriginalNames } from './ruleSource';

describe('ruleSource', () => {
  it("puts its own functions in the place of the library's, and touches nothing else", () => {
    expect(ruleSource('has(self.has) && self.s . matches ( "has(x)" ) && matches(self.a, r"\\"")').source).toBe(
      'ha_(self.has) && self.s . matche_ ( "has(x)" ) && matche_(self.a, r"\\"")',
    );
    expect(ruleSource("'''has(\"'''.split('has(') // has(self)\n + string(1) == string").source).toBe(
      "'''has(\"'''.spli_('has(') // has(self)\n + strin_(1) == string",
    );
    expect(ruleSource('format.named("x").value().validate("%s".format([1]))').source).toBe(
      'format.named("x").value().validate("%s".forma_([1]))',
    );
  });

  it('keeps every place where it was, and the names can be told', () => {
    const part = fc.constantFrom(
      'has(',
      'self',
      '.',
      'matches(',
      ')',
      ' ',
      '"has("',
      "'\\''",
      'indexOf',
      '(',
      '\n',
      '//x',
      '.format(',
      '1.5',
      '==',
      'é',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const expression = parts.join('');
        const { source } = ruleSource(expression);
        expect(source).toHaveLength(expression.length);
        expect(withOriginalNames(source)).toBe(expression);
      }),
    );
  });

  it('tells whether the old value is asked for', () => {
    const asked = (expression: string) => ruleSource(expression).usesOldSelf;
    expect([asked('self == oldSelf'), asked('self.oldSelf == 1'), asked('self == "oldSelf"'), asked('oldSelfish')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
