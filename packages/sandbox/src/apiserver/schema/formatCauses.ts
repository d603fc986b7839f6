import { isIPv4, isIPv6 } from 'node:net';
import type { Cause } from '../ApiError';

/** What a value breaks of the OpenAPI `format`; formats that are not known allow everything. */
export function formatCauses(value: string | number, format: string | undefined, path: string): Cause[] {
  if (typeof value === 'number') {
    return format !== undefined && wholeFormats[format] !== undefined && !wholeFormats[format](value)
      ? [unformatted(`integer with format ${format}`, path)]
      : [];
  }
  const known = format === undefined ? undefined : textFormats[format];
  if (!known || known(value)) {
    return [];
  }
  const shown = JSON.stringify(value);
  return [
    {
      reason: 'FieldValueTypeInvalid',
      message: `Invalid value: ${shown}: ${path} in body must be of type ${format}: ${shown}`,
      field: path,
    },
  ];
}

/** The second thing that the real server says of a number that does not fit its type. */
export function unformatted(type: string, path: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: "": Checked value must be of type ${type} in ${path}`, field: '<nil>' };
}

const wholeFormats: Record<string, (value: number) => boolean> = {
  int32: (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31,
  int64: (value) => Number.isInteger(value),
};

const hostname = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\.?$/i;
const uuid = (version: string) => new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i');

const textFormats: Record<string, (value: string) => boolean> = {
  'date-time': (value) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value),
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
  uri: (value) => URL.canParse(value) || value.startsWith('/'),
  duration: (value) => /^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+$|^0$/.test(value),
  byte: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0,
  ipv4: (value) => isIPv4(value),
  ipv6: (value) => isIPv6(value),
  cidr: (value) => /^[^/]+\/\d+$/.test(value) && (isIPv4(value.split('/')[0]) || isIPv6(value.split('/')[0])),
  mac: (value) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value),
  hostname: (value) => hostname.test(value),
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  uuid: (value) => uuid('[0-9a-f]').test(value),
  uuid3: (value) => uuid('3').test(value),
  uuid4: (value) => uuid('4').test(value),
  uuid5: (value) => uuid('5').test(value),
};
