import definitions from './builtinSchemas.json';
import type { JsonSchema } from './JsonSchema';

/** A schema as the file has it: what stands for another one is `{ $ref: <its name> }`. */
type Definition = Record<string, any>;

const all = definitions as Record<string, Definition>;

/**
 * The schemas of the built-in kinds: what a Kubernetes API server publishes under `/openapi/v3`.
 * `test/apiBehaviour/writeBuiltinSchemas.ts` makes the file.
 */
export class BuiltinSchemas {
  readonly #resolved = new Map<string, JsonSchema>();

  /** The schema of a kind in a version. It may contain itself: do not walk through it without an object beside it. */
  find(group: string, version: string, kind: string): JsonSchema | undefined {
    const name = builtinSchemaName(group, version, kind);
    return name === undefined ? undefined : this.#named(name);
  }

  /** The schema of every object's metadata. */
  get objectMeta(): JsonSchema {
    return this.#named('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  }

  #named(name: string): JsonSchema {
    const known = this.#resolved.get(name);
    if (known) {
      return known;
    }
    const schema: JsonSchema = {};
    this.#resolved.set(name, schema);
    return Object.assign(schema, this.#resolve(all[name]), { goType: goType(name) });
  }

  #resolve({ $ref, ...own }: Definition): JsonSchema {
    const schema: JsonSchema = { ...($ref ? this.#named($ref) : {}), ...own };
    if (own.properties) {
      schema.properties = Object.fromEntries(Object.entries<Definition>(own.properties).map(([key, value]) => [key, this.#resolve(value)]));
    }
    if (own.items) {
      schema.items = this.#resolve(own.items);
    }
    if (typeof own.additionalProperties === 'object') {
      schema.additionalProperties = this.#resolve(own.additionalProperties);
    }
    const isOpen = !schema.properties && !schema.additionalProperties && (schema.type === undefined || schema.type === 'object');
    return isOpen ? { ...schema, 'x-kubernetes-preserve-unknown-fields': true } : schema;
  }
}

/** Name under which a kind's schema is published: `io.k8s.api.apps.v1.Deployment`. */
export function builtinSchemaName(group: string, version: string, kind: string): string | undefined {
  const isIt = (about: any) => about.group === group && about.version === version && about.kind === kind;
  return Object.keys(all).find((name) => all[name]['x-kubernetes-group-version-kind']?.some(isIt));
}

/** The schemas with the given names and all that they refer to, as an OpenAPI document has them under `components.schemas`. */
export function publishedSchemas(names: string[]): Record<string, object> {
  const result: Record<string, object> = {};
  const add = (name: string) => {
    if (name in result) {
      return;
    }
    result[name] = {};
    result[name] = JSON.parse(JSON.stringify(all[name]), (_, value) => {
      if (typeof value?.$ref !== 'string') {
        return value;
      }
      const { $ref, ...rest } = value;
      add($ref);
      const target = { $ref: `#/components/schemas/${$ref}` };
      return Object.keys(rest).length ? { allOf: [target], ...rest } : target;
    });
  };
  names.forEach(add);
  return result;
}

/** `io.k8s.api.core.v1.Container` is `v1.Container` in the server's own code. */
function goType(name: string): string {
  return name.split('.').slice(-2).join('.');
}
