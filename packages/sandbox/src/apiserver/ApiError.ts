/** One wrong field, as in `Status.details.causes`. */
export interface Cause {
  /** `FieldValueInvalid`, `FieldValueRequired`, `FieldValueNotSupported`, `FieldValueForbidden`, `FieldValueDuplicate`, … */
  reason: string;
  /** What is wrong, without the field's path: `Required value`, `Invalid value: …`. */
  message: string;
  /** Path of the field: `spec.ports[0].port`. */
  field: string;
}

/** Names a kind of object in an error: group, plural and kind. */
export interface ErrorSubject {
  group: string;
  plural: string;
  kind: string;
}

/** A refusal by the API server, with the `Status` body and wording of the real one. */
export class ApiError extends Error {
  readonly name = 'ApiError';

  constructor(
    /** HTTP status. */
    readonly code: number,
    /** Machine-readable reason: `NotFound`, `Conflict`, `Invalid`, …; empty for unknown. */
    readonly reason: string,
    message: string,
    /** Left out of the body when not given. */
    readonly details?: Record<string, unknown>,
    /** `metadata` of the body: where a list could go on. */
    readonly metadata: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** The `Status` object that goes over the wire. */
  toStatus(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** 404: no such object. */
export function notFound(subject: ErrorSubject, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(subject)} "${name}" not found`, detailsOf(subject, name));
}

/** 404: no such path or kind. */
export function unknownResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: the name is taken. */
export function alreadyExists(subject: ErrorSubject, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(subject)} "${name}" already exists`, detailsOf(subject, name));
}

/** 409: `resourceVersion` or a precondition does not hold. */
export function conflict(
  subject: ErrorSubject,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`,
    detailsOf(subject, name),
  );
}

/** 422: fields that break the rules, each named. */
export function invalid(subject: ErrorSubject, name: string, causes: Cause[]): ApiError {
  const sentences = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const kind = subject.group ? `${subject.kind}.${subject.group}` : subject.kind;
  const what = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${what}`, {
    ...(name ? { name } : {}),
    ...(subject.group ? { group: subject.group } : {}),
    kind: subject.kind,
    causes,
  });
}

/** 403: understood, and refused. */
export function forbidden(subject: ErrorSubject, name: string, why: string, causes?: Cause[]): ApiError {
  return new ApiError(403, 'Forbidden', `${qualified(subject)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(subject, name),
    ...(causes ? { causes } : {}),
  });
}

/** 400: the request itself cannot be understood. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 405: the resource has no such verb. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 410: the asked-for resource version has left the history. */
export function expired(message: string, metadata?: Record<string, unknown>): ApiError {
  return new ApiError(410, 'Expired', message, undefined, metadata);
}

/** 415: a body in a format that is not read here. */
export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** The error as the API server answers it: anything unforeseen becomes a 500 with its message. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function qualified(subject: ErrorSubject): string {
  return subject.group ? `${subject.plural}.${subject.group}` : subject.plural;
}

function detailsOf(subject: ErrorSubject, name: string): Record<string, unknown> {
  return { name, ...(subject.group ? { group: subject.group } : {}), kind: subject.plural };
}
