/** Schemas that are small enough for the budget that a definition's rules have, and rules for them. */
export const text = { type: 'string', maxLength: 64 };
export const integer = { type: 'integer' };
export const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
export const list = (items: object, more: object = {}) => ({ type: 'array', items, maxItems: 8, ...more });

/** Makes a list one whose items are known by their names. */
export const named = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };

/** The rules of a schema; one that is only text has no message of its own. */
export const rules = (...given: (string | object)[]) => ({
  'x-kubernetes-validations': given.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
