import { isDnsLabel, isDnsSubdomain } from '../../admission/names';
import { formatCauses } from '../../schema/formatCauses';
import { RequestUrl } from './RequestUrl';

/** A format that rules know by name. */
export class NamedFormat {
  constructor(
    readonly name: string,
    /** What is wrong with a text; nothing when it has the format. */
    readonly validate: (text: string) => string[],
  ) {}
}

/** All of them: their names are functions of `format`, too. The sentences are shorter than the real server's. */
export function namedFormats(): Record<string, NamedFormat> {
  const prefix = (text: string) => text.replace(/-$/, 'a');
  const isDns1035 = (text: string) => text.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text);
  const isQualified = (text: string) => {
    const [name, domain, ...more] = text.split('/').reverse();
    return more.length === 0 && (domain === undefined || isDnsSubdomain(domain)) && name !== '' && isLabelValue(name);
  };
  const ofSchema = (format: string) => (text: string) => formatCauses(text, format, '').length === 0;
  const formats: Record<string, [rule: string, isIt: (text: string) => boolean]> = {
    dns1123Label: ["a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'", isDnsLabel],
    dns1123Subdomain: ["a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'", isDnsSubdomain],
    dns1035Label: [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character",
      isDns1035,
    ],
    qualifiedName: ["name part must consist of alphanumeric characters, '-', '_' or '.'", isQualified],
    dns1123LabelPrefix: [
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'",
      (text) => isDnsLabel(prefix(text)),
    ],
    dns1123SubdomainPrefix: [
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'",
      (text) => isDnsSubdomain(prefix(text)),
    ],
    dns1035LabelPrefix: [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character",
      (text) => isDns1035(prefix(text)),
    ],
    labelValue: ["a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'", isLabelValue],
    uri: ['invalid URI for request', (text) => RequestUrl.parse(text) !== undefined],
    uuid: ['does not match the UUID format', ofSchema('uuid')],
    byte: ['invalid base64', ofSchema('byte')],
    date: ['invalid date', ofSchema('date')],
    datetime: ['invalid datetime', ofSchema('date-time')],
  };
  return Object.fromEntries(
    Object.entries(formats).map(([name, [rule, isIt]]) => [name, new NamedFormat(name, (text) => (isIt(text) ? [] : [rule]))]),
  );
}

function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(text);
}
