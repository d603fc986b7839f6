import { parseTarget, type ServiceTarget } from './parseTarget';
import { splitCommand } from './splitCommand';

/** What a `bash` command comes to without a shell: a result known beforehand, or one request to a Service. */
export type Acceptance = { kind: 'result'; exitCode: number; output: string } | { kind: 'request'; target: ServiceTarget };

/** Options of curl that are followed by a value. */
const CURL_WITH_VALUE =
  /^(-[a-zA-Z]*[dHXobuAmF]|--(data|data-raw|header|request|output|cookie|user|user-agent|max-time|form|retry|retry-delay|connect-timeout))$/;

/**
 * Reads the few commands that the sandbox can judge without a shell: `curl … URL`, also `| grep …`; `echo …`, `true`, `false`, `exit N`.
 * `undefined` for any other.
 */
export function parseAcceptance(command: string, ownNamespace: string): Acceptance | undefined {
  const words = splitCommand(command);
  if (!words?.length) return undefined;
  const pipes = words.filter((word) => word === '|').length;
  if (words.some((word) => ['||', '&&', ';', '&'].includes(word)) || pipes > 1) return undefined;
  const [name, ...rest] = words;
  if (name === 'curl') return curl(rest, ownNamespace);
  if (pipes) return undefined;
  if (name === 'true') return { kind: 'result', exitCode: 0, output: '' };
  if (name === 'false') return { kind: 'result', exitCode: 1, output: '' };
  if (name === 'echo') return { kind: 'result', exitCode: 0, output: `${rest.join(' ')}\n` };
  if (name === 'exit' && rest.length <= 1 && /^\d*$/.test(rest[0] ?? ''))
    return { kind: 'result', exitCode: Number(rest[0] ?? 0), output: '' };
  return undefined;
}

function curl(words: string[], ownNamespace: string): Acceptance | undefined {
  const pipe = words.indexOf('|');
  if (pipe !== -1 && words[pipe + 1] !== 'grep') return undefined;
  const own = pipe === -1 ? words : words.slice(0, pipe);
  const urls = own.filter((word, index) => !word.startsWith('-') && !CURL_WITH_VALUE.test(own[index - 1] ?? ''));
  const target = urls.length === 1 ? parseTarget(urls[0], ownNamespace) : undefined;
  return target && { kind: 'request', target };
}
