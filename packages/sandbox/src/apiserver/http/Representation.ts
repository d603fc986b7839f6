import { ApiError } from '../ApiError';

/** In which shape a client wants its answer: whole objects, their metadata, or rows for a terminal. */
export type Representation = 'object' | 'metadata' | 'table';

/** What an Accept header asks for. */
export interface Accepted {
  representation: Representation;
  /** Wants YAML instead of JSON. */
  yaml: boolean;
}

const medias = ['application/json', 'application/*', '*/*', 'application/yaml'];

/** Chooses the first shape of an Accept header that is served here; 406 when there is none. */
export function parseAccept(header: string | undefined): Accepted {
  for (const range of (header || '*/*').split(',')) {
    const [media, ...parameters] = range.split(';').map((part) => part.trim());
    if (!medias.includes(media)) {
      continue;
    }
    const values = Object.fromEntries(parameters.map((parameter) => parameter.split('=')));
    const yaml = media === 'application/yaml';
    if (values.as === undefined) {
      return { representation: 'object', yaml };
    }
    const known = values.g === 'meta.k8s.io' && (values.v === 'v1' || values.v === 'v1beta1');
    if (known && values.as === 'Table') {
      return { representation: 'table', yaml };
    }
    if (known && values.as.startsWith('PartialObjectMetadata')) {
      return { representation: 'metadata', yaml };
    }
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io (asked for: ${header})`,
  );
}
