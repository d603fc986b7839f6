import { parse } from 'protobufjs';
import type { ResourceTypes } from '../ResourceTypes';
import { openApiDocument } from './openApi';

/** Content type of the document as protobuf, which is how kubectl asks for it. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The messages of gnostic's `openapi_v2.proto` that the document below needs. */
const messages = `
syntax = "proto3";
message Document { string swagger = 1; Info info = 2; Paths paths = 8; }
message Info { string title = 1; string version = 2; }
message Paths { repeated NamedPathItem path = 2; }
message NamedPathItem { string name = 1; PathItem value = 2; }
message PathItem { Operation get = 2; Operation patch = 8; }
message Operation { repeated ParametersItem parameters = 8; repeated NamedAny vendor_extension = 13; }
message ParametersItem { Parameter parameter = 1; }
message Parameter { NonBodyParameter non_body_parameter = 2; }
message NonBodyParameter { QueryParameterSubSchema query_parameter_sub_schema = 3; }
message QueryParameterSubSchema { string in = 2; string name = 4; string type = 6; bool unique_items = 18; }
message NamedAny { string name = 1; Any value = 2; }
message Any { string yaml = 2; }
`;

interface Operation {
  parameters?: { name: string; schema: { type: string; uniqueItems: boolean } }[];
  [extension: string]: unknown;
}

/**
 * `/openapi/v2`: the operations of all kinds, without schemas. kubectl looks here whether a `List` may be validated by the server, which
 * the documents of version 3 cannot tell it.
 */
export function openApiV2(types: ResourceTypes): Buffer {
  const { root } = parse(messages, { keepCase: true });
  const versions = new Map(
    types.all().flatMap(({ group, versions: all }) => all.map(({ name }) => [`${group}/${name}`, [group, name]] as const)),
  );
  const documents = [...versions.values()].map(([group, version]) => openApiDocument(types, group, version));
  const paths = documents.flatMap((document) => Object.entries((document as { paths: Record<string, Record<string, Operation>> }).paths));
  const path = paths.map(([name, { get, patch }]) => ({ name, value: { get: operation(get), patch: operation(patch) } }));
  const document = root.lookupType('Document');
  const info = { title: 'Aviary sandbox', version: 'v1.35.0' };
  return Buffer.from(document.encode(document.fromObject({ swagger: '2.0', info, paths: { path } })).finish());
}

function operation({ parameters = [], ...rest }: Operation): object {
  const extensions = Object.entries(rest).filter(([name]) => name.startsWith('x-'));
  return {
    parameters: parameters.map(({ name, schema: { type, uniqueItems } }) => ({
      parameter: { non_body_parameter: { query_parameter_sub_schema: { in: 'query', name, type, unique_items: uniqueItems } } },
    })),
    // JSON is YAML.
    vendor_extension: extensions.map(([name, value]) => ({ name, value: { yaml: JSON.stringify(value) } })),
  };
}
