/** An absolute URL, or an absolute path: what may stand in the first line of a request. */
export class RequestUrl {
  constructor(
    readonly scheme: string,
    /** With its port. */
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}

  /** Undefined for what is neither a URL with a scheme nor an absolute path. */
  static parse(text: string): RequestUrl | undefined {
    const [, scheme = '', rest] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?([^\x00-\x1f\x7f]*)$/.exec(text) ?? [];
    if (!rest || (!scheme && !rest.startsWith('/'))) {
      return undefined;
    }
    const [, authority, path = '', query = ''] =
      (scheme ? /^(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/ : /^()([^?]*)(?:\?(.*))?$/).exec(rest) ?? [];
    const host = (authority ?? '').replace(/^.*@/, '');
    const isHost = /^(\[[0-9a-fA-F:.%]+\]|[^:[\] "<>\\^`{|}]*)(:\d*)?$/.test(host);
    return isHost && !/%(?![0-9a-fA-F]{2})/.test(path) ? new RequestUrl(scheme.toLowerCase(), host, path, query) : undefined;
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? '';
  }

  /** The path with everything escaped that may not stand there. */
  get escapedPath(): string {
    return this.path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu, encodeURIComponent);
  }

  /** The values of each parameter. */
  get parameters(): Map<string, string[]> {
    const result = new Map<string, string[]>();
    new URLSearchParams(this.query).forEach((value, key) => result.set(key, [...(result.get(key) ?? []), value]));
    return result;
  }
}
