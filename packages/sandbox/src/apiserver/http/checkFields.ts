import { ApiError, badRequest, invalid } from '../ApiError';
import { cloneJson, isRecord } from '../json';
import type { KubeObject } from '../ObjectStore';
import { dropEmpty } from '../schema/dropEmpty';
import { objectMeta } from '../schema/embeddedObjects';
import { pruneUnknown } from '../schema/pruneUnknown';
import { readingError } from '../schema/readingError';
import { validateSchema } from '../schema/validateSchema';
import { repeatedFields } from './repeatedFields';
import type { ResourceRequest } from './ResourceRequest';

const modes = ['', 'Ignore', 'Strict', 'Warn'];

/**
 * Looks at fields that the schema does not know, and at fields given twice, as `fieldValidation` has it: `Strict`
 * refuses (400; 422 for a patch), `Warn` (also when nothing is said) mentions them. Server-side apply refuses unknown
 * fields in every mode. 400 (422 for a patch) for values that cannot be read. Drops, in place, what a built-in kind does
 * not know; custom resources are pruned when they are stored.
 */
export function checkFields(request: ResourceRequest, object: KubeObject): void {
  const mode = validationMode(request);
  const { type, version } = request;
  const schema = version.schema ?? {};
  if (type.custom) {
    checkMetadata(request, object);
  } else {
    const error = readingError(object, schema);
    if (error) {
      throw unreadable(request, object, error);
    }
  }
  const unknown = type.custom ? pruneUnknown(cloneJson(object), schema).sort() : pruneUnknown(object, schema);
  const isApply = request.contentType.startsWith('application/apply-patch');
  if (isApply && unknown.length) {
    throw undeclared(object, unknown);
  }
  if (!isApply && !type.custom) {
    dropEmpty(object, schema);
  }
  if (mode === 'Ignore') {
    return;
  }
  const found = [
    ...(isJson(request) ? repeatedFields(request.body.toString()) : []).map((field) => `duplicate field "${field}"`),
    ...unknown.map((field) => `unknown field "${field}"`),
  ];
  if (found.length && mode === 'Strict') {
    throw unreadable(request, object, `strict decoding error: ${found.join(', ')}`);
  }
  request.warnings.push(...found);
}

function validationMode(request: ResourceRequest): string {
  const mode = request.query.get('fieldValidation') ?? '';
  if (!modes.includes(mode)) {
    const kind = request.name === undefined ? 'CreateOptions' : isPatch(request) ? 'PatchOptions' : 'UpdateOptions';
    const message = `Unsupported value: ${JSON.stringify(mode)}: supported values: ${modes.map((known) => `"${known}"`).join(', ')}`;
    const cause = { reason: 'FieldValueNotSupported', message, field: 'fieldValidation' };
    throw invalid({ group: 'meta.k8s.io', plural: '', kind }, '', [cause]);
  }
  return mode;
}

function checkMetadata({ type, version }: ResourceRequest, { metadata }: KubeObject): void {
  const [cause] = isRecord(metadata) ? validateSchema(metadata, objectMeta).filter(({ message }) => !message.includes('"null"')) : [];
  if (cause) {
    const [, expected, actual] = /must be of type (\w+): "(\w+)"$/.exec(cause.message) ?? [];
    const field = cause.field.split(/[.[]/)[0];
    throw badRequest(
      `${type.kind} in version "${version.name}" cannot be handled as a ${type.kind}: json: cannot unmarshal ${actual} into Go struct field ObjectMeta.${field} of type ${expected}`,
    );
  }
}

function unreadable(request: ResourceRequest, object: KubeObject, error: string): ApiError {
  if (isPatch(request)) {
    const message = `Invalid value: ${JSON.stringify(JSON.stringify(object))}: ${error}`;
    return invalid({ group: '', plural: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
  }
  const { type, version } = request;
  return badRequest(`${type.kind} in version "${version.name}" cannot be handled as a ${type.kind}: ${error}`);
}

function undeclared({ apiVersion, kind, metadata }: KubeObject, fields: string[]): ApiError {
  const sentences = fields.map((field) => `.${field}: field not declared in schema`);
  const what = sentences.length === 1 ? sentences[0] : `errors:\n  ${sentences.join('\n  ')}`;
  const where = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${apiVersion}, Kind=${kind}`;
  return new ApiError(500, '', `failed to create typed patch object (${where}): ${what}`);
}

function isJson({ contentType }: ResourceRequest): boolean {
  return contentType === '' || contentType.startsWith('application/json');
}

function isPatch({ contentType }: ResourceRequest): boolean {
  return /^application\/(json-patch|merge-patch|strategic-merge-patch|apply-patch)/.test(contentType);
}
