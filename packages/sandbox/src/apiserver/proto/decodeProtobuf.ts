import { parse, type Type } from 'protobufjs';
import type { ApiError } from '../ApiError';
import { badRequest, unsupportedMediaType } from '../ApiError';
import { isRecord } from '../json';
import type { KubeObject } from '../ObjectStore';
import { messages } from './messages';

const magic = Buffer.from('k8s\0');
const readable: Record<string, string> = {
  'v1/Namespace': 'Namespace',
  'v1/ConfigMap': 'ConfigMap',
  'v1/Secret': 'Secret',
  'v1/Service': 'Service',
  'apps/v1/Deployment': 'Deployment',
  'v1/DeleteOptions': 'DeleteOptions',
  'meta.k8s.io/v1/DeleteOptions': 'DeleteOptions',
};
/** Go writes every plain number, also when it is not set; here zero means something. */
const zeroCounts = ['replicas', 'gracePeriodSeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit'];

/**
 * The object in Kubernetes' protobuf envelope, as JSON. Only kinds that `kubectl create` sends this way can be
 * read; 415 for others and for objects with fields that would get lost.
 */
export function decodeProtobuf(body: Buffer): KubeObject {
  if (!body.subarray(0, magic.length).equals(magic)) {
    throw badRequest('the body is not Kubernetes protobuf: it does not begin with "k8s\\0"');
  }
  const { root } = parse(messages, { keepCase: true });
  const envelope: any = decode(root.lookupType('Unknown'), body.subarray(magic.length));
  const { apiVersion, kind } = envelope.typeMeta ?? {};
  const name = readable[`${apiVersion}/${kind}`];
  if (!name) {
    throw unreadable(`${kind} (${apiVersion}) cannot be read as protobuf`);
  }
  const type = root.lookupType(name);
  const message = decode(type, envelope.raw);
  if (type.encode(message).finish().length !== envelope.raw.length) {
    throw unreadable(`this ${kind} has fields that cannot be read as protobuf`);
  }
  return { apiVersion, kind, ...(plain(type.toObject(message, { bytes: String, longs: Number })) as object) } as KubeObject;
}

function decode(type: Type, bytes: Uint8Array) {
  try {
    return type.decode(bytes);
  } catch (error) {
    throw badRequest(`the protobuf body cannot be read as ${type.name}: ${(error as Error).message}`);
  }
}

function unreadable(what: string): ApiError {
  return unsupportedMediaType(
    `${what} in the sandbox. Write it to a file and use "kubectl create -f", which sends JSON: add --dry-run=client -o yaml to get the file.`,
  );
}

/** As the JSON form has it: no empty values, plain numbers or strings for IntOrString and Quantity. */
function plain(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.length ? value.map((item) => plain(item)) : undefined;
  }
  if (!isRecord(value)) {
    return value === '' || value === false || (value === 0 && !zeroCounts.includes(key)) ? undefined : value;
  }
  if (key === 'targetPort' || key === 'maxSurge' || key === 'maxUnavailable') {
    return value.type === 1 ? value.strVal : value.intVal || undefined;
  }
  if (
    key === 'data' ||
    key === 'binaryData' ||
    key === 'stringData' ||
    key === 'labels' ||
    key === 'annotations' ||
    key === 'matchLabels'
  ) {
    return Object.keys(value).length ? value : undefined;
  }
  if (key === 'limits' || key === 'requests') {
    return Object.fromEntries(Object.entries(value).map(([name, quantity]) => [name, quantity.string]));
  }
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'creationTimestamp' && !(name === 'status' && key === ''))
    .map(([name, item]) => [name, plain(item, name)] as const)
    .filter(([, item]) => item !== undefined);
  return key !== '' && entries.length === 0 ? undefined : Object.fromEntries(entries);
}
