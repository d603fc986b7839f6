const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** A semantic version (semver.org). */
export class Semver {
  constructor(
    readonly major: bigint,
    readonly minor: bigint,
    readonly patch: bigint,
    readonly prerelease: string[],
  ) {}

  /** Undefined for what is none. With `normalize`, a leading v, missing parts and leading zeros are let pass. */
  static parse(text: string, normalize = false): Semver | undefined {
    const [, major, minor, patch, prerelease] = pattern.exec(normalize ? normalized(text) : text) ?? [];
    const parts = prerelease?.split('.') ?? [];
    return major === undefined || parts.some((part) => /^0\d+$/.test(part))
      ? undefined
      : new Semver(BigInt(major), BigInt(minor), BigInt(patch), parts);
  }

  /** -1, 0 or 1. */
  compareTo(other: Semver): bigint {
    for (const part of ['major', 'minor', 'patch'] as const) {
      if (this[part] !== other[part]) return this[part] < other[part] ? -1n : 1n;
    }
    if (!this.prerelease.length || !other.prerelease.length) {
      return BigInt(Math.sign(other.prerelease.length - this.prerelease.length));
    }
    for (const [index, part] of this.prerelease.entries()) {
      if (index >= other.prerelease.length) return 1n;
      const order = compareParts(part, other.prerelease[index]);
      if (order) return order;
    }
    return this.prerelease.length < other.prerelease.length ? -1n : 0n;
  }
}

function normalized(text: string): string {
  const [, numbers = '', rest = ''] = /^v?([\d.]*)(.*)$/.exec(text) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  return [...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.') + rest;
}

function compareParts(left: string, right: string): bigint {
  const [a, b] = [left, right].map((part) => /^\d+$/.test(part));
  if (a && b) return BigInt(left) < BigInt(right) ? -1n : BigInt(left) > BigInt(right) ? 1n : 0n;
  if (a !== b) return a ? -1n : 1n;
  return left < right ? -1n : left > right ? 1n : 0n;
}
