import { labelSelectorText } from '../select/labelSelector';
import { column, wideColumn, type Column } from './Column';
import { ageOf, humanDuration } from './humanDuration';
import { podColumns } from './podColumns';

const age: Column = column('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));
const containers = wideColumn('Containers', ({ spec }) => names(templateOf(spec)?.containers, 'name'));
const images = wideColumn('Images', ({ spec }) => names(templateOf(spec)?.containers, 'image'));
const selector = wideColumn('Selector', ({ spec }) => labelSelectorText(spec?.selector) || '<none>');
const number = (name: string, cell: (object: any) => number | undefined) => column(name, (object) => cell(object) ?? 0, 'integer');

/** Columns after NAME of the kinds that run pods. */
export const workloadColumns: Record<string, Column[]> = {
  '/pods': podColumns,
  'apps/deployments': [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    number('Up-to-date', ({ status }) => status?.updatedReplicas),
    number('Available', ({ status }) => status?.availableReplicas),
    age,
    containers,
    images,
    selector,
  ],
  'apps/replicasets': [
    number('Desired', ({ spec }) => spec?.replicas),
    number('Current', ({ status }) => status?.replicas),
    number('Ready', ({ status }) => status?.readyReplicas),
    age,
    containers,
    images,
    selector,
  ],
  '/replicationcontrollers': [
    number('Desired', ({ spec }) => spec?.replicas),
    number('Current', ({ status }) => status?.replicas),
    number('Ready', ({ status }) => status?.readyReplicas),
    age,
    containers,
    images,
  ],
  'apps/statefulsets': [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    age,
    containers,
    images,
  ],
  'apps/daemonsets': [
    number('Desired', ({ status }) => status?.desiredNumberScheduled),
    number('Current', ({ status }) => status?.currentNumberScheduled),
    number('Ready', ({ status }) => status?.numberReady),
    number('Up-to-date', ({ status }) => status?.updatedNumberScheduled),
    number('Available', ({ status }) => status?.numberAvailable),
    column('Node Selector', ({ spec }) => labelSelectorText({ matchLabels: spec?.template?.spec?.nodeSelector }) || '<none>'),
    age,
    containers,
    images,
    selector,
  ],
  'apps/controllerrevisions': [
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find((reference) => reference.controller);
      return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>';
    }),
    number('Revision', ({ revision }) => revision),
    age,
  ],
  'batch/jobs': [
    column('Status', ({ status }) => (status?.conditions ?? []).find((condition: any) => condition.status === 'True')?.type ?? 'Running'),
    column('Completions', ({ spec, status }) => `${status?.succeeded ?? 0}/${spec?.completions ?? 1}`),
    column('Duration', ({ status }, now) =>
      status?.startTime
        ? humanDuration((status.completionTime ? Date.parse(status.completionTime) : now) - Date.parse(status.startTime))
        : '',
    ),
    age,
    containers,
    images,
  ],
  'batch/cronjobs': [
    column('Schedule', ({ spec }) => spec?.schedule),
    column('Timezone', ({ spec }) => spec?.timeZone ?? '<none>'),
    column('Suspend', ({ spec }) => (spec?.suspend ? 'True' : 'False')),
    number('Active', ({ status }) => status?.active?.length),
    column('Last Schedule', ({ status }, now) => (status?.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : '<none>')),
    age,
    containers,
    images,
  ],
};

function templateOf(spec: any): any {
  return spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
}

function names(list: any[] | undefined, field: string): string {
  return (list ?? []).map((item) => item[field]).join(',');
}
