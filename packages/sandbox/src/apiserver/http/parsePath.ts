/** What a path of the API asks for. */
export type ApiPath =
  | {
      kind: 'resource';
      group: string;
      version: string;
      plural: string;
      namespace?: string;
      name?: string;
      subresource?: string;
      rest: string;
    }
  | { kind: 'group'; group: string }
  | { kind: 'version'; group: string; version: string }
  | { kind: 'other'; path: string };

/**
 * Takes a URL path apart: `/api/v1/namespaces/a/pods/b/status`, `/apis/apps/v1/deployments`, … Segments come
 * out decoded; `rest` is what follows the subresource, as it stood in the path.
 */
export function parsePath(path: string): ApiPath {
  const raw = path.split('/').slice(1);
  const segments = raw.map(decode);
  if (segments.at(-1) === '' && !segments.includes('proxy')) {
    segments.pop();
  }
  const root = segments[0];
  if (root !== 'api' && root !== 'apis') {
    return { kind: 'other', path };
  }
  const group = root === 'api' ? '' : segments[1];
  const after = root === 'api' ? 1 : 2;
  const version = segments[after];
  if (segments.length === 1) {
    return { kind: 'other', path: `/${root}` };
  }
  if (version === undefined) {
    return { kind: 'group', group };
  }
  const below = segments.slice(after + 1);
  if (below.length === 0) {
    return { kind: 'version', group, version };
  }
  const namespaced = below[0] === 'namespaces' && below.length > 2 && !(below.length === 3 && ['status', 'finalize'].includes(below[2]));
  const [plural, name, subresource] = namespaced ? below.slice(2) : below;
  const used = after + 1 + (namespaced ? 2 : 0) + 3;
  return {
    kind: 'resource',
    group,
    version,
    plural,
    ...(namespaced ? { namespace: below[1] } : {}),
    ...(name ? { name } : {}),
    ...(subresource ? { subresource } : {}),
    rest: raw.slice(used).join('/'),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
