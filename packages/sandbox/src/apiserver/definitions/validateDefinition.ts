import { isDnsSubdomain } from '../admission/names';
import { required, wrong } from '../admission/validatePodSpec';
import type { Cause } from '../ApiError';
import { equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { ruleDefinitionCauses } from '../validations/ruleDefinitionCauses';
import { conditionOf } from './conditionOf';
import { structuralCauses } from './structuralCauses';

const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const dns1035Rule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];

/** The mistakes in a CustomResourceDefinition that keep the real server from taking it. */
export function validateDefinition(object: KubeObject, old?: KubeObject): Cause[] {
  const { spec } = object;
  const missing = ['group', 'names', 'scope', 'versions'].filter((field) => !spec?.[field]).map((field) => required(`spec.${field}`));
  if (missing.length) {
    return missing;
  }
  const versions: any[] = spec.versions;
  const schemaless = versions.flatMap((version, index) =>
    version.schema?.openAPIV3Schema ? [] : [required(`spec.versions[${index}].schema.openAPIV3Schema`)],
  );
  if (schemaless.length) {
    return schemaless;
  }
  const changes = changeCauses(object, old);
  if (changes.length) {
    return changes;
  }
  // Rules that were taken once are not compiled again.
  const isKnown = (schema: unknown) =>
    (old?.spec.versions ?? []).some((version: any) => equalJson(version.schema?.openAPIV3Schema, schema));
  return [
    ...nameCauses(object),
    ...(['Namespaced', 'Cluster'].includes(spec.scope) ? [] : [unsupported('spec.scope', spec.scope, ['Cluster', 'Namespaced'])]),
    ...versionsCauses(object),
    ...versions.flatMap((version, index) => versionCauses(version, placeOf(versions, index), isKnown)),
  ];
}

/** As a definition of a single version has been written since the first API of definitions, so are its errors told. */
function placeOf(versions: any[], index: number): { schema: string; rest: string } {
  const same = versions.every((version) =>
    ['schema', 'subresources', 'additionalPrinterColumns'].every((field) => equalJson(version[field], versions[0][field])),
  );
  return same
    ? { schema: 'spec.validation.openAPIV3Schema', rest: 'spec' }
    : { schema: `spec.versions[${index}].schema.openAPIV3Schema`, rest: `spec.versions[${index}]` };
}

function nameCauses({ metadata, spec }: KubeObject): Cause[] {
  const { names, group } = spec;
  const causes: Cause[] = [];
  if (metadata.name !== `${names.plural}.${group}`) {
    causes.push(wrong('metadata.name', JSON.stringify(metadata.name), 'must be spec.names.plural+"."+spec.group'));
  }
  if (!isDnsSubdomain(group)) {
    causes.push(wrong('spec.group', JSON.stringify(group), 'must be a DNS subdomain'));
  }
  const fields = ['plural', 'singular', 'kind', 'listKind'];
  causes.push(...fields.filter((field) => !names[field]).map((field) => required(`spec.names.${field}`)));
  for (const field of fields) {
    if (names[field] && !dns1035.test(field.toLowerCase().endsWith('kind') ? names[field].toLowerCase() : names[field])) {
      causes.push(wrong(`spec.names.${field}`, JSON.stringify(names[field]), dns1035Rule));
    }
  }
  return causes;
}

function versionsCauses({ spec, status }: KubeObject): Cause[] {
  const names: string[] = spec.versions.map(({ name }: any) => name);
  const storage: string[] = spec.versions.filter((version: any) => version.storage).map(({ name }: any) => name);
  const dump = JSON.stringify(
    spec.versions.map(({ name, served, storage: isStorage }: any) => ({ Name: name, Served: served, Storage: isStorage })),
  );
  const causes: Cause[] = [];
  if (new Set(names).size < names.length) {
    causes.push(wrong('spec.versions', dump, 'must contain unique version names'));
  }
  if (storage.length !== 1) {
    causes.push(wrong('spec.versions', dump, 'must have exactly one version marked as storage version'));
  }
  if (storage.length === 0) {
    causes.push(wrong('status.storedVersions', 'null', 'must have at least one stored version'));
  } else if (storage.length > 1) {
    causes.push(wrong('status.storedVersions', JSON.stringify([storage[0]]), `must have the storage version ${storage.at(-1)}`));
  }
  const lost = (status?.storedVersions ?? []).filter((name: string) => !names.includes(name));
  lost.forEach((name: string) => {
    const index = status.storedVersions.indexOf(name);
    causes.push(
      wrong(
        `status.storedVersions[${index}]`,
        JSON.stringify(name),
        'missing from spec.versions; must be included in spec.versions until storage migration is completed',
      ),
    );
  });
  return causes;
}

function versionCauses(version: any, place: { schema: string; rest: string }, isKnown: (schema: unknown) => boolean): Cause[] {
  const columns = (version.additionalPrinterColumns ?? []).flatMap((column: any, index: number) => {
    const at = `${place.rest}.additionalPrinterColumns[${index}]`;
    const causes: Cause[] = column.name ? [] : [required(`${at}.name`)];
    if (!columnTypes.includes(column.type)) {
      causes.push(wrong(`${at}.type`, JSON.stringify(column.type), `must be one of ${columnTypes.join(',')}`));
    }
    if (!column.jsonPath?.startsWith('.')) {
      causes.push(wrong(`${at}.JSONPath`, JSON.stringify(column.jsonPath), 'must be a simple json path starting with .'));
    }
    return causes;
  });
  const scale = version.subresources?.scale;
  const paths = [
    ['specReplicasPath', '.spec'],
    ['statusReplicasPath', '.status'],
  ].flatMap(([field, root]) => {
    const at = `${place.rest}.subresources.scale.${field}`;
    if (!scale || scale[field]?.startsWith(`${root}.`)) {
      return [];
    }
    return [scale[field] ? wrong(at, JSON.stringify(scale[field]), `should be a json path under ${root}`) : required(at)];
  });
  const schema = version.schema.openAPIV3Schema;
  const structural = structuralCauses(schema, place.schema);
  return [...structural, ...(structural.length || isKnown(schema) ? [] : ruleDefinitionCauses(schema, place.schema)), ...columns, ...paths];
}

/** What an established definition may not change any more. */
function changeCauses({ spec }: KubeObject, old: KubeObject | undefined): Cause[] {
  const causes: Cause[] = [];
  const check = (field: string, now: unknown, before: unknown) => {
    if (!equalJson(now, before)) {
      causes.push(wrong(field, JSON.stringify(now), 'field is immutable'));
    }
  };
  if (old) {
    check('spec.group', spec.group, old.spec.group);
    check('spec.names.plural', spec.names.plural, old.spec.names.plural);
  }
  if (old && conditionOf(old, 'Established')?.status === 'True') {
    check('spec.scope', spec.scope, old.spec.scope);
    check('spec.names.kind', spec.names.kind, old.spec.names.kind);
  }
  return causes;
}

function unsupported(field: string, value: unknown, supported: string[]): Cause {
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((known) => `"${known}"`).join(', ')}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
