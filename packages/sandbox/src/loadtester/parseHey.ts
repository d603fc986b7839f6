import { parseDuration } from '../prometheus/promql/duration';
import { parseTarget, type ServiceTarget } from './parseTarget';
import { splitCommand } from './splitCommand';

/** Steady load that a command asks for. */
export interface LoadPlan {
  target: ServiceTarget;
  perSecond: number;
  /** Milliseconds. */
  duration: number;
}

const DEFAULT_WORKERS = 50;
const DEFAULT_REQUESTS = 200;
// Without -q, hey sends as fast as the server answers. A worker of the sandbox then sends this many requests per second.
const UNLIMITED_WORKER_RATE = 10;
const WITH_VALUE = ['-z', '-n', '-q', '-c', '-m', '-H', '-d', '-D', '-T', '-t', '-A', '-a', '-x', '-host', '-o', '-U', '-cpus'];

/**
 * Reads a `hey` command line as a load; hey's defaults apply (50 workers, 200 requests). Throws an Error that says what the sandbox
 * cannot do with the command. `ownNamespace` is where a host without a namespace is looked up.
 */
export function parseHey(command: string, ownNamespace: string): LoadPlan {
  const words = splitCommand(command);
  const refused = (why: string) => new Error(`the sandbox's load tester runs no shell and cannot read ${JSON.stringify(command)}: ${why}`);
  if (!words?.length) throw refused('it is not a plain command line');
  if (words[0].split('/').at(-1) !== 'hey') throw refused(`it simulates only hey, not ${JSON.stringify(words[0])}`);
  if (words.some((word) => /^(\|\||&&|[|;&])$/.test(word))) throw refused('only a single hey command can be simulated');
  const { options, urls } = readArguments(words.slice(1));
  if (urls.length !== 1) throw refused(`hey takes one address, found ${urls.length}`);
  const target = parseTarget(urls[0], ownNamespace);
  if (!target) throw refused(`${JSON.stringify(urls[0])} is no address of a Service in the cluster`);
  const number = (name: string, otherwise: number) => {
    const text = options.get(name) ?? String(otherwise);
    if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0) throw refused(`${name} ${text} is not a positive number`);
    return Number(text);
  };
  const perSecond = number('-c', DEFAULT_WORKERS) * number('-q', UNLIMITED_WORKER_RATE);
  const length = options.get('-z');
  const duration = length === undefined ? (number('-n', DEFAULT_REQUESTS) / perSecond) * 1000 : parseDuration(length);
  if (!duration) throw refused(`-z ${length} is not a duration`);
  return { target, perSecond, duration };
}

function readArguments(words: string[]): { options: Map<string, string>; urls: string[] } {
  const options = new Map<string, string>();
  const urls: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [name, value] = /^--?[\w-]+=/.test(words[i]) ? split(words[i]) : [words[i], undefined];
    const flag = name.startsWith('--') ? name.slice(1) : name;
    if (WITH_VALUE.includes(flag)) options.set(flag, value ?? words[++i] ?? '');
    else if (!flag.startsWith('-')) urls.push(name);
  }
  return { options, urls };
}

function split(word: string): [string, string] {
  const equals = word.indexOf('=');
  return [word.slice(0, equals), word.slice(equals + 1)];
}
