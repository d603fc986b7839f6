/** What a value of the OpenAPI `format` breaks, as the end of a sentence; formats that are not known allow everything. */
export function formatErrors(value: string | number, format: string | undefined): string[] {
  const fits = format === undefined || checks[format] === undefined || checks[format](value);
  return fits ? [] : [`must be of type ${format}: ${JSON.stringify(value)}`];
}

const checks: Record<string, (value: string | number) => boolean> = {
  int32: (value) => typeof value !== 'number' || (Number.isInteger(value) && Math.abs(value) <= 2 ** 31),
  int64: (value) => typeof value !== 'number' || Number.isInteger(value),
  'date-time': (value) => typeof value !== 'string' || /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value),
  date: (value) => typeof value !== 'string' || /^\d{4}-\d\d-\d\d$/.test(value),
  uri: (value) => typeof value !== 'string' || URL.canParse(value),
  duration: (value) => typeof value !== 'string' || /^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+$|^0$/.test(value),
  byte: (value) => typeof value !== 'string' || /^[A-Za-z0-9+/]*={0,2}$/.test(value),
};
