import type { KubeObject } from '../ObjectStore';
import type { PrinterColumn, ResourceType, ResourceVersion } from '../ResourceType';
import { builtinColumns } from './builtinColumns';
import { column, type Column } from './Column';
import { ageOf } from './humanDuration';
import { jsonPath } from './jsonPath';

/** What of an object goes into its row: everything, its metadata, or nothing. */
export type IncludeObject = 'Object' | 'Metadata' | 'None';

/** How a table is asked for. */
export interface TableOptions {
  type: ResourceType;
  version: ResourceVersion;
  includeObject: IncludeObject;
  /** Leaves the column definitions out, as in every event of a watch but the first. */
  withoutHeaders?: boolean;
  /** The sandbox's time, milliseconds. */
  now: number;
}

/** The `meta.k8s.io/v1` Table of some objects, which are given as they are kept and as the client sees them. */
export function tableOf(
  objects: { stored: KubeObject; seen: KubeObject }[],
  metadata: Record<string, unknown>,
  options: TableOptions,
): object {
  const columns = columnsOf(options.type, options.version);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withoutHeaders ? [] : columns.map(definition),
    rows: objects.map(({ stored, seen }) => ({
      cells: columns.map(({ cell }) => cell(options.type.custom ? seen : stored, options.now) ?? (options.type.custom ? null : '')),
      object: { Object: seen, Metadata: metadataOf(seen), None: null }[options.includeObject],
    })),
  };
}

/** The PartialObjectMetadata of an object. */
export function metadataOf(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function columnsOf(type: ResourceType, version: ResourceVersion): Column[] {
  const name: Column = { ...column('Name', ({ metadata }) => metadata.name), format: 'name' };
  if (!type.custom) {
    const id = type.storedAs ?? type.id;
    // An event's name says nothing: it stands at the end of the wide table instead.
    return id === '/events' ? builtinColumns[id] : [name, ...(builtinColumns[id] ?? [ageColumn])];
  }
  return [name, ...(version.printerColumns?.length ? version.printerColumns.map(printerColumn) : [ageColumn])];
}

const ageColumn = column('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));

function printerColumn(definitionOf: PrinterColumn): Column {
  const { name, type, format, description, priority = 0 } = definitionOf;
  return {
    name,
    type,
    format,
    description,
    priority,
    cell(object, now) {
      const found = jsonPath(object, definitionOf.jsonPath);
      if (found.length === 0 || found[0] === null) {
        return null;
      }
      if (type === 'date') {
        return Number.isNaN(Date.parse(String(found[0]))) ? '<invalid>' : ageOf(String(found[0]), now);
      }
      return type === 'string' ? text(found[0]) : found[0];
    },
  };
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function definition({ name, type, format = '', description = '', priority }: Column): object {
  return { name, type, format, description, priority };
}
