/** The functions of Flagger's query templates (facts §5.2). */
export interface TemplateModel {
  name: string;
  namespace: string;
  target: string;
  service: string;
  ingress: string;
  route: string;
  interval: string;
  variables: Readonly<Record<string, string>>;
}

/** The rendered text, or a sentence that names the piece of the template that cannot be rendered. */
export type Rendered = { text: string; error: null } | { text: null; error: string };

const ACTION = /\{\{(-\s)?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[\s\S])*?)(\s-)?\}\}/g;
const FUNCTIONS = ['name', 'namespace', 'target', 'service', 'ingress', 'route', 'interval'] as const;

/**
 * Renders the part of Go's text/template that metric queries use: the functions of the model, `variables.key`,
 * comments and trim markers. Pipelines, variables, conditions and other functions are refused by name.
 */
export function renderTemplate(text: string, model: TemplateModel): Rendered {
  let rendered = '';
  let from = 0;
  let trimNext = false;
  for (const match of text.matchAll(ACTION)) {
    const [whole, trimLeft, body, trimRight] = match;
    const literal = text.slice(from, match.index);
    rendered += trimmed(literal, trimNext, trimLeft !== undefined);
    const value = evaluate(body.trim(), model);
    if (value.error !== null) {
      return value;
    }
    rendered += value.text;
    trimNext = trimRight !== undefined;
    from = match.index + whole.length;
  }
  const rest = text.slice(from);
  if (rest.includes('{{')) {
    return { text: null, error: `"${rest.slice(rest.indexOf('{{'), rest.indexOf('{{') + 40)}" is not closed with }}.` };
  }
  return { text: rendered + trimmed(rest, trimNext, false), error: null };
}

function trimmed(literal: string, start: boolean, end: boolean): string {
  const left = start ? literal.trimStart() : literal;
  return end ? left.trimEnd() : left;
}

function evaluate(body: string, model: TemplateModel): Rendered {
  if (/^\/\*[\s\S]*\*\/$/.test(body)) {
    return { text: '', error: null };
  }
  const known = FUNCTIONS.find((name) => name === body);
  if (known !== undefined) {
    return { text: model[known], error: null };
  }
  const [, key] = /^\(?variables\)?\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(body) ?? [];
  if (key === undefined) {
    return {
      text: null,
      error: `"{{ ${body} }}" is outside the supported part of Go templates; use ${FUNCTIONS.join(', ')} or variables.<key>.`,
    };
  }
  if (!Object.hasOwn(model.variables, key)) {
    return { text: null, error: `"{{ ${body} }}" names no entry of templateVariables; add "${key}" there.` };
  }
  return { text: model.variables[key], error: null };
}
