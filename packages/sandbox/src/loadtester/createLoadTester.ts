import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mesh } from '../mesh/Mesh';
import type { Client } from '../mesh/RequestRecorder';
import { Gates } from './Gates';
import { parseAcceptance } from './parseAcceptance';
import { parseHey } from './parseHey';

const MAX_BODY_BYTES = 1024 * 1024;
// A version that fails more than half of its requests does not pass an acceptance test.
const ACCEPTABLE_ERRORS = 0.5;

interface Payload {
  name: string;
  namespace: string;
  metadata?: Record<string, string>;
}

interface Answer {
  status: number;
  body?: string;
}

/**
 * Answers like Flagger's load tester, without ever running a command: `hey` becomes load in the mesh, a `curl` one simulated request.
 * The returned function makes the request handler for the load tester of one namespace; gates are shared between them.
 */
export function createLoadTester(mesh: Mesh): (namespace: string) => (request: IncomingMessage, response: ServerResponse) => void {
  const gates = new Gates();
  return (namespace) => (request, response) => {
    answer({ mesh, gates, client: { namespace, deployment: 'flagger-loadtester' } }, request).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(body);
      },
      (error: Error) => {
        response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(error.message);
      },
    );
  };
}

interface Context {
  mesh: Mesh;
  gates: Gates;
  client: Client;
}

async function answer(context: Context, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://loadtester');
  if (pathname === '/healthz') return { status: 200, body: 'OK' };
  if (pathname === '/gate/approve') return { status: 200, body: 'OK' };
  if (pathname === '/gate/halt') return { status: 403, body: 'Forbidden' };
  const payload = readPayload(await readText(request));
  if (!payload)
    return { status: 400, body: 'the body is not the JSON of a webhook: {"name": …, "namespace": …, "metadata": {…}} was expected' };
  const switched = /^\/(gate|rollback)\/(check|open|close)$/.exec(pathname);
  if (switched) return turn(context.gates, switched[1] as 'gate' | 'rollback', switched[2], payload);
  return runTask(context, payload);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the request body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readPayload(text: string): Payload | undefined {
  try {
    const value = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return { name: String(value.name ?? ''), namespace: String(value.namespace ?? ''), metadata: value.metadata };
  } catch {
    return undefined;
  }
}

function turn(gates: Gates, kind: 'gate' | 'rollback', verb: string, canary: Payload): Answer {
  if (verb === 'check') return gates.isOpen(kind, canary) ? { status: 200, body: 'Approved' } : { status: 403, body: 'Forbidden' };
  gates.set(kind, canary, verb === 'open');
  return { status: 202 };
}

function runTask(context: Context, payload: Payload): Answer {
  const { metadata } = payload;
  if (!metadata || Object.keys(metadata).length === 0) return { status: 400, body: 'metadata not found in payload' };
  const type = metadata.type ?? 'cmd';
  if (!['cmd', 'bash'].includes(type))
    return { status: 400, body: `the sandbox's load tester knows the task types cmd and bash, not ${JSON.stringify(type)}` };
  if (!metadata.cmd) return { status: 400, body: 'cmd not found in metadata' };
  return type === 'bash' ? judge(context, metadata) : startLoad(context, payload, metadata.cmd);
}

function startLoad({ mesh, client }: Context, { name, namespace }: Payload, command: string): Answer {
  try {
    const { target, perSecond, duration } = parseHey(command, client.namespace);
    mesh.addLoad({ key: `${name}.${namespace} ${command}`, client, destination: target, perSecond, duration });
    return { status: 202 };
  } catch (error) {
    return { status: 400, body: (error as Error).message };
  }
}

function judge({ mesh, client }: Context, { cmd, returnCmdOutput }: Record<string, string>): Answer {
  const task = parseAcceptance(cmd, client.namespace);
  if (!task) {
    return {
      status: 500,
      body: `command ${cmd} failed: the sandbox runs no shell; it understands curl, also with | grep, echo, true, false and exit`,
    };
  }
  const { exitCode, output } = task.kind === 'result' ? task : probe(mesh, client, task.target);
  if (exitCode !== 0) return { status: 500, body: `command ${cmd} failed: ${output}: exit status ${exitCode}` };
  return { status: 200, body: returnCmdOutput === 'true' ? output : undefined };
}

function probe(mesh: Mesh, client: Client, target: { namespace: string; service: string }): { exitCode: number; output: string } {
  const { answered, errors } = mesh.request(client, target);
  const where = `${target.service}.${target.namespace}`;
  if (!answered) return { exitCode: 7, output: `${where} has no ready endpoints` };
  if (errors >= ACCEPTABLE_ERRORS)
    return { exitCode: 1, output: `${where} answers ${Math.round(errors * 100)} % of requests with an error` };
  return { exitCode: 0, output: '{"token":"sandbox"}\n' };
}
