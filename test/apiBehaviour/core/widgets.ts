import { made, type Subject } from '../Subject';

/** The group and version of the custom resource that the tests of the core bring along. */
export const widgetVersion = 'behaviour.example/v1';

/** Path of the widgets of a namespace. */
export function widgetsOf(namespace: string): string {
  return `/apis/${widgetVersion}/namespaces/${namespace}/widgets`;
}

/** A widget without its namespace, which the path tells. */
export function widget(name: string, spec: Record<string, unknown> = { size: 1 }) {
  return { apiVersion: widgetVersion, kind: 'Widget', metadata: { name } as Record<string, unknown>, spec };
}

/** Defines widgets (status and scale subresources, printer columns) and waits until they are served. */
export async function defineWidgets({ api }: Subject): Promise<void> {
  const text = { type: 'string' };
  const named = { type: 'object', required: ['name'], properties: { name: text, value: text } };
  const spec = {
    type: 'object',
    properties: {
      size: { type: 'integer', minimum: 0 },
      colour: text,
      replicas: { type: 'integer' },
      tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      parts: { type: 'array', items: named, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      steps: { type: 'array', items: named },
      selector: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
      notes: { type: 'object', additionalProperties: text },
    },
  };
  const status = {
    type: 'object',
    properties: { phase: text, replicas: { type: 'integer' }, selector: text, conditions: { type: 'array', items: named } },
  };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: {
      status: {},
      scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
    },
    additionalPrinterColumns: [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Phase', type: 'string', description: 'Where it stands', jsonPath: '.status.phase', priority: 1 },
    ],
    schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.behaviour.example' },
    spec: {
      group: 'behaviour.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
      versions: [version],
    },
  };
  made(await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await api.get(`/apis/${widgetVersion}/widgets`)).status === 200) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('widgets are not served 10 seconds after their CustomResourceDefinition was created');
}
