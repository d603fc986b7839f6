import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What an operator adds to the defaults. */
export interface EgressRules {
  /**
   * Destinations that are allowed whatever else says no. Each is a network (`10.0.0.0/8`), an address, or a host name,
   * the last two optionally with a port (`127.0.0.1:9090`, `[::1]:9090`, `metrics.example.com:443`).
   */
  allow?: readonly string[];
  /** Destinations that are denied besides the defaults, in the same forms. `0.0.0.0/0` and `::/0` leave only what is allowed. */
  deny?: readonly string[];
}

/** Where requests may go. Pure: it is asked once about the address as written and once about every address that a name resolves to. */
export interface EgressPolicy {
  /**
   * Why a request to `target` is not allowed, as a sentence for the person who configured it, or undefined when it is allowed.
   *
   * Without `address` a host name is judged by its name only; `address` is one that the name resolves to.
   */
  refusal(target: URL, address?: string): string | undefined;
}

interface Rule {
  matches(host: string, port: number, candidates: readonly Address[]): boolean;
  /** What stands there, for the message. */
  what: string;
}

/**
 * Networks in which nothing lives that a metric query or an alert should reach: the process itself and the services
 * that hand out the machine's cloud credentials. RFC 1918 networks are allowed, because in-cluster servers live there.
 */
const DENIED_BY_DEFAULT: readonly [network: string, what: string][] = [
  ['127.0.0.0/8', 'loopback'],
  ['::1/128', 'loopback'],
  ['0.0.0.0/8', 'this host'],
  ['::/128', 'this host'],
  ['169.254.0.0/16', 'link-local, where cloud metadata services live'],
  ['fe80::/10', 'link-local'],
  ['fd00:ec2::254/128', 'the metadata service of AWS'],
  ['fd20:ce::254/128', 'the metadata service of Google Cloud'],
  ['100.100.100.200/32', 'the metadata service of Alibaba Cloud'],
  ['224.0.0.0/4', 'multicast'],
  ['ff00::/8', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
];

/**
 * The egress policy for requests that users configure: a default deny list, then the operator's rules. What the operator allows wins.
 *
 * An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, NAT64) is judged as both.
 *
 * @throws Error naming the rule that cannot be read
 */
export function createEgressPolicy(rules: EgressRules = {}): EgressPolicy {
  const allowed = (rules.allow ?? []).map((text) => parseRule(text, 'allowed by the operator'));
  const denied = [
    ...(rules.deny ?? []).map((text) => parseRule(text, 'denied by the operator')),
    ...DENIED_BY_DEFAULT.map(([network, what]) => parseRule(network, what)),
  ];

  return {
    refusal(target, address) {
      const host = bareHost(target.hostname);
      const port = portOf(target);
      const candidates = addressesIn(address ?? host);
      if (allowed.some((rule) => rule.matches(host, port, candidates))) return undefined;
      const rule = denied.find((candidate) => candidate.matches(host, port, candidates));
      if (!rule) return undefined;
      const found = address === undefined || address === host ? host : `${host}, which resolves to ${address},`;
      return `${found} is not an allowed destination (${rule.what}); an operator can add it to the egress allow list`;
    },
  };
}

function parseRule(text: string, what: string): Rule {
  const rule = text.trim();
  if (rule.includes('/')) {
    const [network, bits] = parseNetwork(rule);
    return { what, matches: (_host, _port, candidates) => candidates.some((address) => isWithin(address, network, bits)) };
  }
  const { host, port } = parseHostAndPort(rule);
  const [address] = addressesIn(host);
  return {
    what,
    matches: (targetHost, targetPort, candidates) =>
      (port === undefined || port === targetPort) &&
      (address ? candidates.some((candidate) => candidate.toString() === address.toString()) : host === targetHost),
  };
}

function parseNetwork(rule: string): [Address, number] {
  try {
    return ipaddr.parseCIDR(rule);
  } catch {
    throw new Error(`The egress rule "${rule}" is not a network such as 10.0.0.0/8 or fd00::/8`);
  }
}

function parseHostAndPort(rule: string): { host: string; port?: number } {
  if (ipaddr.IPv6.isValid(rule)) return { host: rule };
  const match = /^(?<host>\[[^\]]+\]|[^:\s]+)(?::(?<port>\d{1,5}))?$/.exec(rule);
  const port = match?.groups?.port === undefined ? undefined : Number(match.groups.port);
  if (!match || (port !== undefined && port > 65535)) {
    throw new Error(`The egress rule "${rule}" is none of: network (10.0.0.0/8), address, host name, host:port`);
  }
  return { host: bareHost(match.groups!.host), port };
}

function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function portOf(target: URL): number {
  if (target.port) return Number(target.port);
  return target.protocol === 'https:' ? 443 : 80;
}

/** The address that `text` is and the IPv4 address inside it; none when it is a name. */
function addressesIn(text: string): Address[] {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return [];
  const address = ipaddr.parse(text);
  const embedded = address instanceof ipaddr.IPv6 ? embeddedIpv4(address) : undefined;
  return embedded ? [address, embedded] : [address];
}

function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  if (isWithin(address, ipaddr.parse('2002::'), 16)) return new ipaddr.IPv4(bytes.slice(2, 6));
  const carriers: [string, number][] = [
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['::', 96],
  ];
  const isCarrier = carriers.some(([network, bits]) => isWithin(address, ipaddr.parse(network), bits));
  return isCarrier ? new ipaddr.IPv4(bytes.slice(12)) : undefined;
}

function isWithin(address: Address, network: Address, bits: number): boolean {
  if (address instanceof ipaddr.IPv4 && network instanceof ipaddr.IPv4) return address.match(network, bits);
  if (address instanceof ipaddr.IPv6 && network instanceof ipaddr.IPv6) return address.match(network, bits);
  return false;
}
