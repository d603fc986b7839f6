/** Requests by verb and kind of object, most frequent first: `3 patch canaries/status, 2 create events`. */
export function summariseRequests(requests: readonly { verb: string; path: string }[]): string {
  const counts = new Map<string, number>();
  for (const { verb, path } of requests) {
    const what = `${verb} ${kindOf(path)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}

/** `canaries/status` of `/apis/flagger.app/v1beta1/namespaces/a/canaries/b/status`. */
function kindOf(path: string): string {
  const match = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/[^/]+(?:\/(\w+))?)?/.exec(path);
  if (!match) return path;
  return match[2] === undefined ? match[1] : `${match[1]}/${match[2]}`;
}
