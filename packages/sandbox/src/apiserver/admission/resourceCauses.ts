import type { Cause } from '../ApiError';

const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+))(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei|[eE][+-]?\d+)?$/;
const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What is wrong with the resources of a container: requests above the limits. */
export function resourceCauses(resources: any, at: string): Cause[] {
  return Object.entries<string>(resources?.requests ?? {}).flatMap(([name, request]) => {
    const limit: string | undefined = resources.limits?.[name];
    if (limit === undefined || !(amountOf(request) > amountOf(limit))) {
      return [];
    }
    const message = `Invalid value: ${JSON.stringify(request)}: must be less than or equal to ${name} limit of ${limit}`;
    return [{ reason: 'FieldValueInvalid', message, field: `${at}.requests` }];
  });
}

/** NaN for what is no quantity. */
function amountOf(text: string): number {
  const [, digits, suffix = ''] = quantity.exec(String(text)) ?? [];
  return Number(digits) * (factors[suffix] ?? Number(`1${suffix}`));
}
