/** What is known about where the engine runs and what is in the cluster. */
export interface AddressOptions {
  /** The engine's process runs in the cluster: in-cluster names work by themselves. */
  inCluster: boolean;
  /** Whether the cluster has a Service of that name. */
  serviceExists(namespace: string, name: string): boolean;
  /**
   * Other addresses for given ones, for tests and odd networks: `host`, `host:port` or `scheme://host:port` to
   * `host:port` or `scheme://host:port`. The longest form that fits wins; the rest of the URL stays.
   */
  addressOverrides?: Readonly<Record<string, string>>;
  /** The request will carry credentials of its own. */
  credentials?: boolean;
}

/** How a URL is reached. */
export type ResolvedAddress =
  | { kind: 'direct'; url: string }
  /** Through the API server's service proxy; `path` with its query. */
  | { kind: 'proxy'; namespace: string; service: string; port: number; scheme: 'http' | 'https'; path: string }
  | { kind: 'misconfigured'; message: string };

/**
 * How the engine reaches a URL of a webhook or metric server (engine rules §7). From outside the cluster,
 * `name.namespace` goes through the API server if the cluster has such a Service, and `name.namespace.svc`
 * (with or without `.cluster.local`) in any case, because it can mean nothing else.
 */
export function resolveAddress(url: string, options: AddressOptions): ResolvedAddress {
  const parsed = parse(url);
  if (!parsed)
    return { kind: 'misconfigured', message: `"${url}" is not an http or https URL; write for example http://name.namespace:80/path` };
  const override = overrideOf(parsed, options.addressOverrides ?? {});
  if (override !== undefined) return overridden(parsed, override);
  const service = options.inCluster ? undefined : serviceOf(parsed.hostname, options);
  if (!service) return { kind: 'direct', url: parsed.href };
  if (options.credentials || parsed.username !== '' || parsed.password !== '') {
    return {
      kind: 'misconfigured',
      message:
        `${parsed.origin} is an address inside the cluster and the engine is outside; requests with credentials cannot go through the API server. ` +
        'Use an address that the engine can reach, run the engine in the cluster, or map the address in addressOverrides',
    };
  }
  const scheme = parsed.protocol === 'https:' ? 'https' : 'http';
  const port = parsed.port === '' ? (scheme === 'https' ? 443 : 80) : Number(parsed.port);
  return { kind: 'proxy', ...service, port, scheme, path: parsed.pathname + parsed.search };
}

function parse(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed : undefined;
}

function overrideOf(url: URL, overrides: Readonly<Record<string, string>>): string | undefined {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const forms = [url.origin, `${url.protocol}//${url.hostname}:${port}`, `${url.hostname}:${port}`, url.hostname];
  const form = forms.find((each) => Object.hasOwn(overrides, each));
  return form === undefined ? undefined : overrides[form];
}

function overridden(url: URL, override: string): ResolvedAddress {
  const other = parse(override.includes('://') ? override : `${url.protocol}//${override}`);
  if (!other)
    return { kind: 'misconfigured', message: `addressOverrides maps ${url.host} to "${override}", which is not host:port or a URL` };
  const result = new URL(url.href);
  result.protocol = other.protocol;
  result.hostname = other.hostname;
  result.port = other.port;
  return { kind: 'direct', url: result.href };
}

function serviceOf(hostname: string, options: AddressOptions): { namespace: string; service: string } | undefined {
  const [service, namespace, ...rest] = hostname.split('.');
  if (service === '' || !namespace || /^\d+$/.test(namespace)) return undefined;
  const suffix = rest.join('.');
  if (suffix === 'svc' || suffix === 'svc.cluster.local') return { namespace, service };
  return suffix === '' && options.serviceExists(namespace, service) ? { namespace, service } : undefined;
}
