import { EvaluationError, Optional, type Environment } from '@marcbachmann/cel-js';
import { celEquals } from '../celEquals';
import { Cidr, IpAddress } from './IpAddress';
import { NamedFormat, namedFormats } from './NamedFormat';
import { Quantity } from './Quantity';
import { RequestUrl } from './RequestUrl';
import { Semver } from './Semver';

/** The namespaces `ip` and `format`. */
class Ip {}
class Format {}

/** Registers the kinds of values that Kubernetes adds to the language: quantities, addresses, URLs, versions, formats. */
export function registerKubernetesFunctions(environment: Environment): void {
  const register = (signature: string, run: (...args: any[]) => unknown) => environment.registerFunction(signature, run, { async: false });
  const registerType = (name: string, ctor: unknown) => {
    environment.registerType(name, ctor as any);
    environment.registerOperator(`${name} == ${name}: bool`, celEquals);
  };
  for (const [name, ctor] of Object.entries({ Quantity, IpAddress, Cidr, RequestUrl, Semver, NamedFormat })) registerType(name, ctor);

  register('isQuantity(string): bool', (text) => Quantity.parse(text) !== undefined);
  register('quantity(string): Quantity', (text) => Quantity.parse(text) ?? fail(quantityRule));
  register('sign(Quantity): int', (value: Quantity) => value.compareTo(new Quantity(0n, 0)));
  register('Quantity.isGreaterThan(Quantity): bool', (left: Quantity, right) => left.compareTo(right) > 0n);
  register('Quantity.isLessThan(Quantity): bool', (left: Quantity, right) => left.compareTo(right) < 0n);
  register('Quantity.compareTo(Quantity): int', (left: Quantity, right) => left.compareTo(right));
  register('Quantity.asApproximateFloat(): double', (value: Quantity) => value.toNumber());
  register('Quantity.asInteger(): int', (value: Quantity) => value.toInteger() ?? fail('cannot convert value to integer'));
  register('Quantity.isInteger(): bool', (value: Quantity) => value.toInteger() !== undefined);
  register('Quantity.add(Quantity): Quantity', (left: Quantity, right) => left.plus(right));
  register('Quantity.sub(Quantity): Quantity', (left: Quantity, right) => left.plus(right, -1n));
  register('Quantity.add(int): Quantity', (left: Quantity, right) => left.plus(new Quantity(right, 0)));
  register('Quantity.sub(int): Quantity', (left: Quantity, right) => left.plus(new Quantity(right, 0), -1n));

  const address = (text: string) =>
    IpAddress.parse(text) ?? fail(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  const network = (text: string) => Cidr.parse(text) ?? fail(`network address parse error during conversion from string: ${text}`);
  environment.registerType('Ip', Ip as any);
  environment.registerConstant('ip', 'Ip', new Ip());
  register('Ip.isCanonical(string): bool', (_, text) => address(text).toString() === text);
  register('isIP(string): bool', (text) => IpAddress.parse(text) !== undefined);
  register('ip(string): IpAddress', address);
  register('strin_(IpAddress): string', String);
  register('IpAddress.family(): int', (value: IpAddress) => BigInt(value.family));
  for (const name of ['isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast'] as const) {
    register(`IpAddress.${name}(): bool`, (value: IpAddress) => value[name]());
  }
  register('isCIDR(string): bool', (text) => Cidr.parse(text) !== undefined);
  register('cidr(string): Cidr', network);
  register('strin_(Cidr): string', String);
  register('Cidr.containsIP(string): bool', (value: Cidr, text) => value.containsAddress(address(text)));
  register('Cidr.containsIP(IpAddress): bool', (value: Cidr, other) => value.containsAddress(other));
  register('Cidr.containsCIDR(string): bool', (value: Cidr, text) => value.contains(network(text)));
  register('Cidr.containsCIDR(Cidr): bool', (value: Cidr, other) => value.contains(other));
  register('Cidr.ip(): IpAddress', (value: Cidr) => value.address);
  register('Cidr.prefixLength(): int', (value: Cidr) => BigInt(value.prefixLength));
  register('Cidr.masked(): Cidr', (value: Cidr) => value.masked());

  register('isURL(string): bool', (text) => RequestUrl.parse(text) !== undefined);
  register('url(string): RequestUrl', (text) => RequestUrl.parse(text) ?? fail(`URL parse error during conversion from string: ${text}`));
  register('RequestUrl.getScheme(): string', (url: RequestUrl) => url.scheme);
  register('RequestUrl.getHost(): string', (url: RequestUrl) => url.host);
  register('RequestUrl.getHostname(): string', (url: RequestUrl) => url.hostname);
  register('RequestUrl.getPort(): string', (url: RequestUrl) => url.port);
  register('RequestUrl.getEscapedPath(): string', (url: RequestUrl) => url.escapedPath);
  register('RequestUrl.getQuery(): map<string, list<string>>', (url: RequestUrl) => url.parameters);

  const version = (text: string, normalize = false) =>
    Semver.parse(text, normalize) ?? fail(`semver parse error during conversion from string: ${text}`);
  register('isSemver(string): bool', (text) => Semver.parse(text) !== undefined);
  register('isSemver(string, bool): bool', (text, normalize) => Semver.parse(text, normalize) !== undefined);
  register('semver(string): Semver', (text) => version(text));
  register('semver(string, bool): Semver', version);
  register('Semver.isGreaterThan(Semver): bool', (left: Semver, right) => left.compareTo(right) > 0n);
  register('Semver.isLessThan(Semver): bool', (left: Semver, right) => left.compareTo(right) < 0n);
  register('Semver.compareTo(Semver): int', (left: Semver, right) => left.compareTo(right));
  for (const part of ['major', 'minor', 'patch'] as const) {
    register(`Semver.${part}(): int`, (value: Semver) => value[part]);
  }

  environment.registerType('Format', Format as any);
  environment.registerConstant('format', 'Format', new Format());
  register('Format.named(string): optional<NamedFormat>', (_, name) => Optional.of(namedFormats()[name]));
  for (const [name, found] of Object.entries(namedFormats())) {
    register(`Format.${name}(): NamedFormat`, () => found);
  }
  register('NamedFormat.validate(string): optional<list<string>>', (format: NamedFormat, text) => {
    const causes = format.validate(text);
    return causes.length ? Optional.of(causes) : Optional.none();
  });
}

const quantityRule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function fail(message: string): never {
  throw new EvaluationError({ code: 'conversion_error', message });
}
