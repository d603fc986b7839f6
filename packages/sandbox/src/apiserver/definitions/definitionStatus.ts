import { equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { conditionOf } from './conditionOf';

interface Conflict {
  reason: string;
  message: string;
}

const kinds = ['kind', 'listKind'] as const;
const resources = ['plural', 'singular'] as const;

/** Gives a new definition the names, the conversion and the stored version that it leaves out. */
export function defaultDefinition(crd: KubeObject): void {
  const { spec } = crd;
  if (!spec?.names) {
    return;
  }
  if (spec.names.kind) {
    spec.names.singular ??= spec.names.kind.toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
}

/**
 * The status of a definition as the real server's controllers would set it: whether its names are free among those
 * of the `others`, which versions objects may be stored in. A definition once established stays so. `at` is the time.
 */
export function definitionStatus(crd: KubeObject, others: KubeObject[], at: string): Record<string, unknown> {
  const conflict = conflictOf(crd, others);
  const established = conditionOf(crd, 'Established')?.status === 'True';
  const stored: string[] = crd.status?.storedVersions ?? [];
  const storage = crd.spec.versions.filter((version: any) => version.storage).map((version: any) => version.name);
  const conditions = [
    conflict
      ? { type: 'NamesAccepted', status: 'False', ...conflict }
      : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    conflict && !established
      ? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
      : { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
    ...(crd.metadata.deletionTimestamp ? [terminating] : []),
  ];
  return {
    acceptedNames: conflict ? (crd.status?.acceptedNames ?? { plural: '', kind: '' }) : crd.spec.names,
    conditions: conditions.map((condition) => since(condition, crd, at)),
    storedVersions: [...stored, ...storage.filter((name: string) => !stored.includes(name))],
  };
}

const terminating = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};

function conflictOf(crd: KubeObject, others: KubeObject[]): Conflict | undefined {
  const rivals = others
    .filter(({ spec, metadata }) => spec.group === crd.spec.group && metadata.name !== crd.metadata.name)
    .map(({ status }) => status?.acceptedNames ?? {});
  const takenKinds = rivals.flatMap((names) => kinds.map((field) => names[field]));
  const takenResources = rivals.flatMap((names) => [...resources.map((field) => names[field]), ...(names.shortNames ?? [])]);
  const { names } = crd.spec;
  const asked: [reason: string, taken: string[], name: string][] = [
    ['PluralConflict', takenResources, names.plural],
    ['SingularConflict', takenResources, names.singular],
    ...(names.shortNames ?? []).map((name: string): [string, string[], string] => ['ShortNamesConflict', takenResources, name]),
    ['KindConflict', takenKinds, names.kind],
    ['ListKindConflict', takenKinds, names.listKind],
  ];
  const found = asked.find(([, taken, name]) => taken.includes(name));
  return found && { reason: found[0], message: `"${found[2]}" is already in use` };
}

/** Keeps the time of a condition that is what it was. */
function since(condition: { type: string; status: string }, crd: KubeObject, at: string): object {
  const before = conditionOf(crd, condition.type);
  const { lastTransitionTime, ...rest } = before ?? {};
  return { ...condition, lastTransitionTime: before && equalJson(rest, condition) ? lastTransitionTime : at };
}
