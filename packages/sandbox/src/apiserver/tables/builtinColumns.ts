import type { KubeObject } from '../ObjectStore';
import { labelSelectorText } from '../select/labelSelector';
import { column, wideColumn, type Column } from './Column';
import { ageOf } from './humanDuration';
import { workloadColumns } from './workloadColumns';

const age: Column = column('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));
const createdAt: Column = column('Created At', ({ metadata }) => metadata.creationTimestamp);

/** Columns after NAME per type of object as it is kept; the others show their age only. */
export const builtinColumns: Record<string, Column[]> = {
  ...workloadColumns,
  '/namespaces': [column('Status', ({ status }) => status?.phase), age],
  '/services': [
    column('Type', ({ spec }) => spec?.type),
    column('Cluster-IP', ({ spec }) => spec?.clusterIP || '<none>'),
    column('External-IP', externalAddress),
    column('Port(s)', ({ spec }) => servicePorts(spec?.ports)),
    age,
    wideColumn('Selector', ({ spec }) => labelSelectorText({ matchLabels: spec?.selector }) || '<none>'),
  ],
  '/configmaps': [column('Data', ({ data, binaryData }) => count(data) + count(binaryData)), age],
  '/secrets': [column('Type', ({ type }) => type), column('Data', ({ data }) => count(data)), age],
  '/serviceaccounts': [column('Secrets', ({ secrets }) => secrets?.length ?? 0), age],
  '/endpoints': [column('Endpoints', ({ subsets }) => shortList(endpointAddresses(subsets))), age],
  '/nodes': [
    column('Status', nodeStatus),
    column('Roles', ({ metadata }) => nodeRoles(metadata.labels) || '<none>'),
    age,
    column('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wideColumn('Internal-IP', (node) => nodeAddress(node, 'InternalIP')),
    wideColumn('External-IP', (node) => nodeAddress(node, 'ExternalIP')),
    wideColumn('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>'),
    wideColumn('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>'),
    wideColumn('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
  ],
  '/events': [
    column('Last Seen', (event, now) => ageOf(lastSeen(event), now)),
    column('Type', ({ type }) => type),
    column('Reason', ({ reason }) => reason),
    column('Object', ({ involvedObject }) => `${involvedObject?.kind?.toLowerCase() ?? ''}/${involvedObject?.name ?? ''}`),
    wideColumn('Subobject', ({ involvedObject }) => involvedObject?.fieldPath ?? ''),
    wideColumn('Source', ({ source, reportingComponent }) =>
      [source?.component || reportingComponent, source?.host].filter(Boolean).join(', '),
    ),
    column('Message', ({ message }) => (message ?? '').trim()),
    wideColumn('First Seen', (event, now) => ageOf(event.firstTimestamp ?? event.eventTime, now)),
    wideColumn('Count', ({ count: times, series }) => series?.count ?? times ?? 1, 'integer'),
    wideColumn('Name', ({ metadata }) => metadata.name),
  ],
  'autoscaling/horizontalpodautoscalers': [
    column('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`),
    column('Targets', autoscalerTargets),
    column('MinPods', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    column('MaxPods', ({ spec }) => spec?.maxReplicas, 'integer'),
    column('Replicas', ({ status }) => status?.currentReplicas ?? 0, 'integer'),
    age,
  ],
  'discovery.k8s.io/endpointslices': [
    column('AddressType', ({ addressType }) => addressType),
    column('Ports', ({ ports }) => shortList((ports ?? []).map((port: any) => String(port.port ?? '*'))) || '<unset>'),
    column('Endpoints', ({ endpoints }) => shortList((endpoints ?? []).flatMap((endpoint: any) => endpoint.addresses ?? [])) || '<unset>'),
    age,
  ],
  'networking.k8s.io/ingresses': [
    column('Class', ({ spec }) => spec?.ingressClassName ?? '<none>'),
    column('Hosts', ({ spec }) => shortList((spec?.rules ?? []).map((rule: any) => rule.host).filter(Boolean)) || '*'),
    column('Address', ({ status }) => (status?.loadBalancer?.ingress ?? []).map((entry: any) => entry.ip ?? entry.hostname).join(',')),
    column('Ports', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
    age,
  ],
  'coordination.k8s.io/leases': [column('Holder', ({ spec }) => spec?.holderIdentity ?? ''), age],
  'policy/poddisruptionbudgets': [
    column('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    column('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    column('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0, 'integer'),
    age,
  ],
  'apiextensions.k8s.io/customresourcedefinitions': [createdAt],
  'rbac.authorization.k8s.io/roles': [createdAt],
  'rbac.authorization.k8s.io/clusterroles': [createdAt],
  'rbac.authorization.k8s.io/rolebindings': bindingColumns(),
  'rbac.authorization.k8s.io/clusterrolebindings': bindingColumns(),
};

function bindingColumns(): Column[] {
  const subjects = (kind: string) => (object: KubeObject) =>
    (object.subjects ?? [])
      .filter((subject: any) => subject.kind === kind)
      .map((subject: any) => (subject.namespace ? `${subject.namespace}/${subject.name}` : subject.name))
      .join(', ');
  return [
    column('Role', ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`),
    age,
    wideColumn('Users', subjects('User')),
    wideColumn('Groups', subjects('Group')),
    wideColumn('ServiceAccounts', subjects('ServiceAccount')),
  ];
}

function externalAddress({ spec, status }: KubeObject): string {
  if (spec?.type === 'ExternalName') {
    return spec.externalName;
  }
  if (spec?.type === 'LoadBalancer') {
    return (status?.loadBalancer?.ingress ?? []).map((entry: any) => entry.ip || entry.hostname).join(',') || '<pending>';
  }
  return spec?.externalIPs?.join(',') || '<none>';
}

function servicePorts(ports: any[] | undefined): string {
  return ports?.map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`).join(',') || '<none>';
}

function endpointAddresses(subsets: any[] | undefined): string[] {
  return (subsets ?? []).flatMap(({ addresses, ports }) =>
    (addresses ?? []).flatMap(({ ip }: any) => (ports?.length ? ports.map((port: any) => `${ip}:${port.port}`) : [ip])),
  );
}

function nodeStatus({ spec, status }: KubeObject): string {
  const ready = (status?.conditions ?? []).find((condition: any) => condition.type === 'Ready');
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text;
}

function nodeRoles(labels: Record<string, string> | undefined): string {
  const prefix = 'node-role.kubernetes.io/';
  return Object.keys(labels ?? {})
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length))
    .sort()
    .join(',');
}

function nodeAddress({ status }: KubeObject, type: string): string {
  return (status?.addresses ?? []).find((address: any) => address.type === type)?.address ?? '<none>';
}

function lastSeen(event: KubeObject): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.firstTimestamp ?? event.eventTime;
}

function autoscalerTargets({ spec, status }: KubeObject): string {
  const targets = (spec?.metrics ?? []).map((metric: any, index: number) => {
    const source = metric.resource ?? metric.pods ?? metric.object ?? metric.external ?? metric.containerResource;
    const current = status?.currentMetrics?.[index];
    const now = current && (current.resource ?? current.pods ?? current.object ?? current.external ?? current.containerResource)?.current;
    const shown = (value: any) =>
      value?.averageUtilization === undefined ? (value?.averageValue ?? value?.value ?? '<unknown>') : `${value.averageUtilization}%`;
    return `${source?.name ? `${source.name}: ` : ''}${shown(now)}/${shown(source?.target)}`;
  });
  return targets.length > 2 ? `${targets.slice(0, 2).join(', ')} + ${targets.length - 2} more...` : targets.join(', ') || '<none>';
}

function shortList(list: string[]): string {
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}

function count(data: object | undefined): number {
  return Object.keys(data ?? {}).length;
}
