/** A rule of `x-kubernetes-validations`. */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  /** FieldValueInvalid when it is not given. */
  reason?: string;
  /** A path below the rule's place, which is told instead of that place. */
  fieldPath?: string;
  /** The old value is an optional one, and the rule is also asked when there is none. */
  optionalOldSelf?: boolean;
}

/** The reasons that a rule may give. */
export const ruleReasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
