import type { Secret } from '@aviary/provider-contract';

/** What stands in a text where a secret was. */
const REDACTED = '[redacted]';

/** Parts of an address shorter than this say nothing and would blank out ordinary words. */
const SHORTEST_PART = 4;

/**
 * `text` without `secrets`, in the forms in which they come back from servers and libraries: as they are, URL-encoded,
 * escaped in JSON, in base64 and, when a secret is an address, its path, query and credentials alone.
 */
export function redact(text: string, secrets: Iterable<string | Secret>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of formsOf(typeof secret === 'string' ? secret : secret.reveal())) forms.add(form);
  }
  if (forms.size === 0) return text;
  // Longest first: a secret that contains another one must not leave its rest behind.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(longestFirst.map(escapeForRegExp).join('|'), 'g'), REDACTED);
}

function formsOf(secret: string): string[] {
  if (secret.trim() === '') return [];
  return [secret, secret.trim(), ...addressParts(secret)].flatMap((form) => [
    form,
    encodeURIComponent(form),
    JSON.stringify(form).slice(1, -1),
    Buffer.from(form).toString('base64'),
  ]);
}

function addressParts(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const url = new URL(secret);
  if (url.host === '') return [];
  const parts = [
    url.href,
    url.pathname + url.search,
    url.pathname,
    url.search.slice(1),
    url.username,
    url.password,
    ...url.searchParams.values(),
  ];
  return [...parts, ...parts.map(decoded)].filter((part) => part.length >= SHORTEST_PART);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
