import { ApiError } from '../ApiError';

/** In which shape a client wants its answer: whole objects, their metadata, or rows for a terminal. */
export type Representation = 'object' | 'metadata' | 'table';

/** Chooses the first shape of an Accept header that is served here; 406 when there is none. */
export function parseAccept(header: string | undefined): Representation {
  for (const range of (header || '*/*').split(',')) {
    const [media, ...parameters] = range.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(media)) {
      continue;
    }
    const values = Object.fromEntries(parameters.map((parameter) => parameter.split('=')));
    if (values.as === undefined) {
      return 'object';
    }
    const known = values.g === 'meta.k8s.io' && (values.v === 'v1' || values.v === 'v1beta1');
    if (known && values.as === 'Table') {
      return 'table';
    }
    if (known && values.as.startsWith('PartialObjectMetadata')) {
      return 'metadata';
    }
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io (asked for: ${header})`,
  );
}
