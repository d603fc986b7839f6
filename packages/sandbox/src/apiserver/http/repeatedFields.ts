const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

interface Level {
  /** Names seen so far in an object; the index in a list. */
  names?: Set<string>;
  index: number;
  /** The name or index of what is read at the moment. */
  step: string;
}

/** Paths of the fields that a well-formed JSON text names twice in one object: `spec.replicas`, `spec.list[0].name`. */
export function repeatedFields(json: string): string[] {
  const repeated: string[] = [];
  const levels: Level[] = [];
  let expectsName = false;
  for (const [text] of json.matchAll(token)) {
    const level = levels.at(-1);
    if (text === '{' || text === '[') {
      levels.push(text === '{' ? { names: new Set(), index: 0, step: '' } : { index: 0, step: '[0]' });
      expectsName = text === '{';
    } else if (text === '}' || text === ']') {
      levels.pop();
      expectsName = false;
    } else if (text === ',' && level) {
      level.index += 1;
      level.step = level.names ? '' : `[${level.index}]`;
      expectsName = level.names !== undefined;
    } else if (text !== ':' && expectsName && level?.names) {
      const name = JSON.parse(text);
      level.step = name;
      if (level.names.has(name)) {
        repeated.push(pathOf(levels));
      }
      level.names.add(name);
      expectsName = false;
    }
  }
  return repeated;
}

function pathOf(levels: Level[]): string {
  return levels.reduce((path, { step }) => (step.startsWith('[') || path === '' ? `${path}${step}` : `${path}.${step}`), '');
}
