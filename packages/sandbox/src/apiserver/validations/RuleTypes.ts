import type { Environment } from '@marcbachmann/cel-js';
import { isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';
import { celEquals } from './celEquals';
import { celObjectClass, type CelObjectClass } from './celObjects';
import { fieldNames } from './escapeName';

/** A schema as rules see it: with the fields that every resource has, at the root of one. */
export interface SeenSchema {
  schema: JsonSchema;
  isRoot: boolean;
}

/** The types that rules know a schema's values by. */
export class RuleTypes {
  readonly #classes = new Map<JsonSchema, CelObjectClass>();
  readonly #names = new Map<JsonSchema, string | undefined>();

  /** Declares the types of objects in `environment`, which must not have been cloned yet. */
  constructor(readonly environment: Environment) {}

  /**
   * The name of a schema's type; undefined when rules cannot see its values, as of what has no type. What a schema
   * leaves open is not seen, either.
   */
  declare({ schema, isRoot }: SeenSchema): string | undefined {
    if (!this.#names.has(schema)) {
      this.#names.set(schema, this.#typeOf(schema, isRoot));
    }
    return this.#names.get(schema);
  }

  /** The class of the objects of a schema that has been declared. */
  classOf(schema: JsonSchema): CelObjectClass | undefined {
    return this.#classes.get(schema);
  }

  #typeOf(schema: JsonSchema, isRoot: boolean): string | undefined {
    if (schema['x-kubernetes-int-or-string']) {
      return 'dyn';
    }
    switch (schema.type) {
      case 'array':
        return this.#collection(schema.items, (items) => `list<${items}>`);
      case 'object':
        return isRecord(schema.additionalProperties)
          ? this.#collection(schema.additionalProperties as JsonSchema, (values) => `map<string, ${values}>`)
          : this.#objectType(schema, isRoot);
      case 'string':
        return textTypes[schema.format ?? ''] ?? 'string';
      case 'boolean':
        return 'bool';
      case 'number':
        return 'double';
      case 'integer':
        return 'int';
      default:
        return undefined;
    }
  }

  #collection(content: JsonSchema | undefined, typeOf: (content: string) => string): string | undefined {
    const type = content && this.declare(within(content));
    // The library has no type for what may be null, but does not look into values of any type.
    return type && typeOf(content!.nullable ? 'dyn' : type);
  }

  #objectType(schema: JsonSchema, isRoot: boolean): string {
    const fields: Record<string, string> = {};
    for (const [name, property] of Object.entries(propertiesOf({ schema, isRoot }))) {
      const type = this.declare(within(property));
      if (type) {
        fieldNames(name).forEach((field) => (fields[field] = type));
      }
    }
    const name = `Object${this.#classes.size}`;
    const ctor = celObjectClass();
    this.#classes.set(schema, ctor);
    this.environment.registerType(name, { ctor, fields });
    this.environment.registerOperator(`${name} == ${name}: bool`, celEquals);
    return name;
  }
}

/** A schema below another one: the root of a resource again when one is embedded there. */
export function within(schema: JsonSchema): SeenSchema {
  return { schema, isRoot: schema['x-kubernetes-embedded-resource'] === true };
}

/** The properties that rules see, by their real names. */
export function propertiesOf({ schema, isRoot }: SeenSchema): Record<string, JsonSchema> {
  return { ...schema.properties, ...(isRoot ? resourceFields : {}) };
}

const text: JsonSchema = { type: 'string' };
const resourceFields: Record<string, JsonSchema> = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
};

const textTypes: Record<string, string> = {
  byte: 'bytes',
  date: 'google.protobuf.Timestamp',
  'date-time': 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};
