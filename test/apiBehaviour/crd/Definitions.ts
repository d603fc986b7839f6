import { randomBytes } from 'node:crypto';
import { until } from '../../harness/until';
import type { Api } from '../Api';

/** Where the objects of a definition are, and the definition itself. */
export interface Defined {
  crd: string;
  kind: string;
  plural: string;
  group: string;
  /** The collection in the namespace `default` (or in the cluster), of the first version. */
  path: string;
  /** An object of the first version. */
  object(name: string, content?: Record<string, unknown>): any;
}

/** What a definition may say besides its schema. */
export interface DefinitionOptions {
  scope?: 'Namespaced' | 'Cluster';
  names?: Record<string, unknown>;
  subresources?: Record<string, unknown>;
  additionalPrinterColumns?: Record<string, unknown>[];
  /** Replaces the one version `v1`. */
  versions?: Record<string, unknown>[];
}

/** Path of all CustomResourceDefinitions. */
export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A CustomResourceDefinition with names of its own; the schema given is that of an object with open metadata. */
export function definition(properties: Record<string, unknown>, options: DefinitionOptions = {}): any {
  const group = `g${randomBytes(4).toString('hex')}.behaviour.test`;
  const { scope = 'Namespaced', names, versions, subresources, additionalPrinterColumns } = options;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope,
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', ...names },
      versions: versions ?? [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties } },
          subresources,
          additionalPrinterColumns,
        },
      ],
    },
  };
}

/** Creates the definition and waits until its objects are served. */
export async function define(api: Api, crd: any): Promise<Defined> {
  const created = await api.create(definitionsPath, crd);
  if (created.status !== 201) {
    throw new Error(`the definition was refused: ${JSON.stringify(created.body)}`);
  }
  const { group, scope, names, versions } = crd.spec;
  const namespaced = scope === 'Namespaced';
  const path = `/apis/${group}/${versions[0].name}${namespaced ? '/namespaces/default' : ''}/${names.plural}`;
  if (!(await until(async () => (await api.get(path)).status === 200, 15_000))) {
    throw new Error(`${path} is not served 15 seconds after its definition`);
  }
  return {
    crd: `${definitionsPath}/${crd.metadata.name}`,
    kind: names.kind,
    plural: names.plural,
    group,
    path,
    object: (name, content = {}) => ({ apiVersion: `${group}/${versions[0].name}`, kind: names.kind, metadata: { name }, ...content }),
  };
}
