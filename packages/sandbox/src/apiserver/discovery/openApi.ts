import { unknownResource } from '../ApiError';
import { apiVersionOf, type ResourceType } from '../ResourceType';
import type { ResourceTypes } from '../ResourceTypes';
import { builtinSchemaName, publishedSchemas } from '../schema/BuiltinSchemas';

const queryParameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
}));

/** `/openapi/v3`: one document per group and version. */
export function openApiIndex(types: ResourceTypes): object {
  const names = new Set(types.all().flatMap((type) => type.versions.map(({ name }) => apiVersionOf(type, name))));
  const paths = [...names].map((name) => {
    const path = name.includes('/') ? `apis/${name}` : `api/${name}`;
    return [path, { serverRelativeURL: `/openapi/v3/${path}` }];
  });
  return { paths: Object.fromEntries(paths) };
}

/**
 * `/openapi/v3/apis/<group>/<version>`: enough for kubectl to apply, which looks for a `patch` operation with the
 * parameter `fieldValidation`, and to explain the kinds.
 */
export function openApiDocument(types: ResourceTypes, group: string, version: string): object {
  const served = types.all().filter((type) => type.group === group && type.versions.some(({ name }) => name === version));
  if (served.length === 0) {
    throw unknownResource();
  }
  const [custom, builtin] = [served.filter((type) => type.custom), served.filter((type) => !type.custom)];
  return {
    openapi: '3.0.0',
    info: { title: 'Aviary sandbox', version: 'v1.35.0' },
    paths: Object.fromEntries(served.map((type) => [pathOf(type, version), operations(type, version)])),
    components: {
      schemas: {
        ...publishedSchemas(builtin.map((type) => schemaName(type, version))),
        ...Object.fromEntries(custom.map((type) => [schemaName(type, version), schemaOf(type, version)])),
      },
    },
  };
}

function pathOf(type: ResourceType, version: string): string {
  const root = type.group ? `/apis/${type.group}/${version}` : `/api/${version}`;
  return `${root}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}/{name}`;
}

function operations(type: ResourceType, version: string): object {
  const about = { 'x-kubernetes-group-version-kind': { group: type.group, version, kind: type.kind } };
  const answer = {
    200: { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(type, version)}` } } } },
  };
  return {
    get: { ...about, 'x-kubernetes-action': 'get', responses: answer },
    patch: { ...about, 'x-kubernetes-action': 'patch', parameters: queryParameters, responses: answer },
  };
}

function schemaOf(type: ResourceType, version: string): object {
  const schema = type.versions.find(({ name }) => name === version)?.schema;
  return {
    ...(schema ?? { type: 'object' }),
    'x-kubernetes-group-version-kind': [{ group: type.group, version, kind: type.kind }],
  };
}

function schemaName(type: ResourceType, version: string): string {
  const builtin = type.custom ? undefined : builtinSchemaName(type.group, version, type.kind);
  if (builtin !== undefined) {
    return builtin;
  }
  return [...(type.group || 'core').split('.').reverse(), version, type.kind].join('.');
}
