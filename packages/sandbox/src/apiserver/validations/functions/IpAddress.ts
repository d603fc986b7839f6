import { isIPv4, isIPv6 } from 'node:net';

/** An IP address without a zone. */
export class IpAddress {
  constructor(
    /** 4 or 6. */
    readonly family: 4 | 6,
    /** All its bits. */
    readonly bits: bigint,
  ) {}

  /** Undefined for what is none, has a zone, or is an IPv4 address in IPv6's form: Kubernetes takes none of these. */
  static parse(text: string): IpAddress | undefined {
    if (isIPv4(text)) {
      return new IpAddress(4, fromGroups(text.split('.').map(Number), 8n));
    }
    if (!isIPv6(text) || text.includes('%')) {
      return undefined;
    }
    const bits = fromGroups(groupsOf(text), 16n);
    return bits >> 32n === 0xffffn ? undefined : new IpAddress(6, bits);
  }

  /** Its size in bits. */
  get length(): number {
    return this.family === 4 ? 32 : 128;
  }

  /** The first so many bits. */
  prefix(count: number): bigint {
    return this.bits >> BigInt(this.length - count);
  }

  isUnspecified(): boolean {
    return this.bits === 0n;
  }

  isLoopback(): boolean {
    return this.family === 4 ? this.prefix(8) === 127n : this.bits === 1n;
  }

  isMulticast(): boolean {
    return this.family === 4 ? this.prefix(4) === 0xen : this.prefix(8) === 0xffn;
  }

  isLinkLocalMulticast(): boolean {
    return this.family === 4 ? this.prefix(24) === 0xe00000n : this.isMulticast() && this.prefix(16) % 16n === 2n;
  }

  isLinkLocalUnicast(): boolean {
    return this.family === 4 ? this.prefix(16) === 0xa9fen : this.prefix(10) === 0x3fan;
  }

  isGlobalUnicast(): boolean {
    const isBroadcast = this.family === 4 && this.bits === 0xffffffffn;
    return !isBroadcast && !this.isUnspecified() && !this.isLoopback() && !this.isMulticast() && !this.isLinkLocalUnicast();
  }

  /** The canonical form. */
  toString(): string {
    if (this.family === 4) {
      return toGroups(this.bits, 4, 8n).join('.');
    }
    const groups = toGroups(this.bits, 8, 16n).map((group) => group.toString(16));
    const [longest] = [...groups.join(':').matchAll(/(?<![0-9a-f])0(?::0(?![0-9a-f]))+/g)].sort((a, b) => b[0].length - a[0].length);
    if (!longest) {
      return groups.join(':');
    }
    const text = groups.join(':');
    return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
  }
}

/** An address with the length of its prefix. */
export class Cidr {
  constructor(
    readonly address: IpAddress,
    readonly prefixLength: number,
  ) {}

  /** Undefined for what is none, or has an address that Kubernetes takes for none. */
  static parse(text: string): Cidr | undefined {
    const [, base, length] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
    const address = base === undefined ? undefined : IpAddress.parse(base);
    return address && Number(length) <= address.length ? new Cidr(address, Number(length)) : undefined;
  }

  containsAddress(other: IpAddress): boolean {
    return other.family === this.address.family && other.prefix(this.prefixLength) === this.address.prefix(this.prefixLength);
  }

  contains(other: Cidr): boolean {
    return other.prefixLength >= this.prefixLength && this.containsAddress(other.address);
  }

  /** The same network with all other bits zero. */
  masked(): Cidr {
    const host = BigInt(this.address.length - this.prefixLength);
    return new Cidr(new IpAddress(this.address.family, (this.address.bits >> host) << host), this.prefixLength);
  }

  toString(): string {
    return `${this.address}/${this.prefixLength}`;
  }
}

function groupsOf(text: string): number[] {
  const dotted = text.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${(a * 256 + +b).toString(16)}:${(c * 256 + +d).toString(16)}`,
  );
  const [head, tail] = dotted.split('::').map((part) =>
    part
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16)),
  );
  return tail === undefined ? head : [...head, ...new Array(8 - head.length - tail.length).fill(0), ...tail];
}

function fromGroups(groups: number[], size: bigint): bigint {
  return groups.reduce((bits, group) => (bits << size) | BigInt(group), 0n);
}

function toGroups(bits: bigint, count: number, size: bigint): number[] {
  return Array.from({ length: count }, (_, index) => Number(BigInt.asUintN(Number(size), bits >> (BigInt(count - 1 - index) * size))));
}
