import type { Cause } from '../ApiError';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** What is wrong with the name of an object of the resource; nothing when it is a good one. */
export function nameCauses(resource: string, name: string): Cause[] {
  if (resource.startsWith('rbac.')) {
    return /[/%]/.test(name) || name === '.' || name === '..' ? [invalidName(name, `may not contain '/' or '%'`)] : [];
  }
  if (resource === '/namespaces' || resource === '/services') {
    return isDnsLabel(name) ? [] : [invalidName(name, name.includes('.') ? 'must not contain dots' : dnsLabelRule)];
  }
  if (name.length > 253) {
    return [invalidName(name, 'must be no more than 253 characters')];
  }
  return isDnsSubdomain(name) ? [] : [invalidName(name, dnsSubdomainRule)];
}

/** What is wrong with the labels and annotations of an object. */
export function labelCauses(labels: unknown, field: string): Cause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => {
    const causes: Cause[] = [];
    const [prefix, name] = key.includes('/') ? [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)] : ['', key];
    if (!qualifiedName.test(name) || name.length > 63 || (key.includes('/') && !isDnsSubdomain(prefix))) {
      causes.push({
        reason: 'FieldValueInvalid',
        field,
        message: `Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      });
    }
    if (field.endsWith('labels') && typeof value === 'string' && value !== '' && (!qualifiedName.test(value) || value.length > 63)) {
      causes.push({
        reason: 'FieldValueInvalid',
        field,
        message: `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      });
    }
    if (typeof value !== 'string') {
      causes.push({
        reason: 'FieldValueInvalid',
        field: `${field}.${key}`,
        message: `Invalid value: ${JSON.stringify(value)}: must be a string`,
      });
    }
    return causes;
  });
}

/** RFC 1123 label: at most 63 lower-case letters, digits and inner hyphens. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && label.test(name);
}

/** RFC 1123 subdomain: labels joined by dots, at most 253 characters. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && name.split('.').every((part) => label.test(part));
}

const dnsLabelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const dnsSubdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function invalidName(name: string, rule: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}: ${rule}`, field: 'metadata.name' };
}
