const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)|[eE]([+-]?\d+))?$/;
const decimals = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binaries = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** An amount as in resource requests, exact: `value` times ten to the power of `exponent`. */
export class Quantity {
  constructor(
    readonly value: bigint,
    readonly exponent: number,
  ) {}

  /** Undefined for what is no quantity. */
  static parse(text: string): Quantity | undefined {
    const [, sign, number, suffix = '', exponent = '0'] = pattern.exec(text) ?? [];
    if (number === undefined || Math.abs(Number(exponent)) > 100) {
      return undefined;
    }
    const [whole, fraction = ''] = number.split('.');
    const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
    const power = binaries.indexOf(suffix) + 1;
    return power
      ? new Quantity(digits * 1024n ** BigInt(power), -fraction.length)
      : new Quantity(digits, 3 * (decimals.indexOf(suffix) - 3) + Number(exponent) - fraction.length);
  }

  /** -1, 0 or 1. */
  compareTo(other: Quantity): bigint {
    const difference = this.plus(other, -1n).value;
    return difference < 0n ? -1n : difference > 0n ? 1n : 0n;
  }

  /** The sum with `factor` times the other. */
  plus(other: Quantity, factor = 1n): Quantity {
    const exponent = Math.min(this.exponent, other.exponent);
    return new Quantity(this.#at(exponent) + factor * other.#at(exponent), exponent);
  }

  /** The amount as a whole number, undefined when it is none that fits into 64 bits. */
  toInteger(): bigint | undefined {
    const divisor = this.exponent < 0 ? 10n ** BigInt(-this.exponent) : 1n;
    const whole = this.exponent < 0 ? this.value / divisor : this.#at(0);
    return this.value % divisor === 0n && BigInt.asIntN(64, whole) === whole ? whole : undefined;
  }

  toNumber(): number {
    return Number(`${this.value}e${this.exponent}`);
  }

  #at(exponent: number): bigint {
    return this.value * 10n ** BigInt(this.exponent - exponent);
  }
}
