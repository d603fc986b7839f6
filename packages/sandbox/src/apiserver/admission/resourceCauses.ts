import type { Cause } from '../ApiError';
import { Quantity } from '../validations/functions/Quantity';

/** What is wrong with the resources of a container: requests above the limits. */
export function resourceCauses(resources: any, at: string): Cause[] {
  return Object.entries<string>(resources?.requests ?? {}).flatMap(([name, request]) => {
    const limit: string | undefined = resources.limits?.[name];
    if (limit === undefined || !exceeds(request, limit)) {
      return [];
    }
    const message = `Invalid value: ${JSON.stringify(request)}: must be less than or equal to ${name} limit of ${limit}`;
    return [{ reason: 'FieldValueInvalid', message, field: `${at}.requests` }];
  });
}

// What is no quantity exceeds nothing, and is exceeded by nothing.
function exceeds(request: unknown, limit: unknown): boolean {
  const [asked, most] = [request, limit].map((amount) => Quantity.parse(String(amount)));
  return asked !== undefined && most !== undefined && asked.compareTo(most) > 0n;
}
