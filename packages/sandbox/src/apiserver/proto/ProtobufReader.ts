import { Root, type Field, type Type } from 'protobufjs';
import { type ApiError, badRequest, unsupportedMediaType } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import messages from './builtinMessages.json';

const magic = Buffer.from('k8s\0');
const unknown = 'k8s.io.apimachinery.pkg.runtime.Unknown';
/** Go writes every plain number, also when it is not set; in these, which are pointers, zero means something. */
const zeroCounts = [
  'replicas',
  'gracePeriodSeconds',
  'progressDeadlineSeconds',
  'revisionHistoryLimit',
  'parallelism',
  'completions',
  'backoffLimit',
  'successfulJobsHistoryLimit',
  'failedJobsHistoryLimit',
  'minReplicas',
];
/** Structures that mean something when they are empty, where Go writes a pointer; all others are written always. */
const emptyCounts = ['emptyDir', 'podSelector', 'namespaceSelector', 'securityContext'];

/** Structures whose fields stand, in JSON, among those of what they are in. */
const inlined = [
  'volumeSource',
  'persistentVolumeSource',
  'handler',
  'ephemeralContainerCommon',
  'localObjectReference',
  'ingressRuleValue',
];

/** Reads what kubectl sends as protobuf. `test/apiBehaviour/writeBuiltinMessages.ts` makes the file of messages. */
export class ProtobufReader {
  readonly #root: Root;

  constructor() {
    const nested = Object.entries(messages).map(([name, fields]) => [flat(name), { edition: 'proto2', fields: flatTypes(fields) }]);
    this.#root = Root.fromJSON({ nested: Object.fromEntries(nested) });
  }

  /**
   * The object in Kubernetes' protobuf envelope, as JSON. 400 for what is none; 415 for kinds that are not known and
   * for objects with fields that would get lost.
   */
  read(body: Buffer): KubeObject {
    if (!body.subarray(0, magic.length).equals(magic)) {
      throw badRequest('the body is not Kubernetes protobuf: it does not begin with "k8s\\0"');
    }
    const envelope: any = decode(this.#root.lookupType(flat(unknown)), body.subarray(magic.length));
    const { apiVersion, kind } = envelope.typeMeta ?? {};
    const type = this.#typeOf(apiVersion ?? '', kind ?? '');
    if (!type) {
      throw unreadable(`${kind} (${apiVersion}) cannot be read as protobuf`);
    }
    const message = decode(type, envelope.raw);
    if (type.encode(message).finish().length !== envelope.raw.length) {
      throw unreadable(`this ${kind} has fields that cannot be read as protobuf`);
    }
    const { status: _, ...object } = plainMessage(type, message) ?? {};
    return { apiVersion, kind, ...object } as KubeObject;
  }

  #typeOf(apiVersion: string, kind: string): Type | undefined {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
    const names = [`k8s.io.api.${group.split('.')[0]}.${version}.${kind}`, `k8s.io.apimachinery.pkg.apis.meta.v1.${kind}`];
    return names.map((name) => this.#root.get(flat(name)) as Type | null).find((type) => type !== null) ?? undefined;
  }
}

function flat(name: string): string {
  return name.replace(/[.-]/g, '_');
}

function flatTypes(fields: Record<string, { type: string }>): Record<string, any> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, type: flat(field.type) }]));
}

function decode(type: Type, bytes: Uint8Array): any {
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

/** As the JSON form has it: without empty values; undefined when nothing is left. */
function plainMessage(type: Type, message: any): Record<string, unknown> | undefined {
  const entries = type.fieldsArray
    .filter((field) => Object.hasOwn(message, field.name))
    .map((field) => [field.name, plainField(field, message[field.name])] as const)
    .flatMap(([name, value]) => (inlined.includes(name) ? Object.entries(value ?? {}) : [[name, value] as const]))
    .filter(([, value]) => value !== undefined);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

function plainField(field: Field, value: any): unknown {
  if (field.map) {
    const entries = Object.entries(value).map(([key, item]) => [key, plainValue(field, item) ?? emptyOf(field)]);
    return entries.length ? Object.fromEntries(entries) : undefined;
  }
  if (field.repeated) {
    return value.length ? value.map((item: unknown) => plainValue(field, item) ?? emptyOf(field)) : undefined;
  }
  const plain = plainValue(field, value);
  if (plain === undefined) {
    return emptyCounts.includes(field.name) ? {} : undefined;
  }
  return plain === '' || plain === false || (plain === 0 && !field.resolvedType && !zeroCounts.includes(field.name)) ? undefined : plain;
}

function emptyOf(field: Field): unknown {
  return field.resolvedType ? {} : '';
}

function plainValue(field: Field, value: any): unknown {
  const type = field.resolvedType as Type | null;
  if (!type) {
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : typeof value === 'object' ? Number(value) : value;
  }
  switch (type.name) {
    case 'k8s_io_apimachinery_pkg_util_intstr_IntOrString':
      return Number(value.type) === 1 ? value.strVal : Number(value.intVal ?? 0);
    case 'k8s_io_apimachinery_pkg_api_resource_Quantity':
      return value.string;
    case 'k8s_io_apimachinery_pkg_apis_meta_v1_Time':
    case 'k8s_io_apimachinery_pkg_apis_meta_v1_MicroTime':
      return Number(value.seconds) > 0 ? timeOf(value, type.name.endsWith('MicroTime')) : undefined;
    case 'k8s_io_apimachinery_pkg_runtime_RawExtension':
      return JSON.parse(Buffer.from(value.raw).toString() || 'null') ?? undefined;
    case 'k8s_io_apimachinery_pkg_apis_meta_v1_FieldsV1':
      return JSON.parse(Buffer.from(value.Raw).toString() || 'null') ?? undefined;
    default:
      return plainMessage(type, value);
  }
}

function timeOf(value: { seconds: unknown; nanos?: number }, withFraction: boolean): string {
  const text = new Date(Number(value.seconds) * 1000 + (value.nanos ?? 0) / 1e6).toISOString();
  return withFraction ? text.replace('Z', '000Z') : text.replace(/\.\d+Z$/, 'Z');
}
