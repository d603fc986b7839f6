import type { KubeObject } from '../ObjectStore';
import { column, wideColumn, type Column } from './Column';
import { ageOf, humanDuration } from './humanDuration';

/** Columns of pods after NAME, as the real server computes them. */
export const podColumns: Column[] = [
  column('Ready', ({ spec, status }) => {
    const ready = (status?.containerStatuses ?? []).filter((container: any) => container.ready).length;
    return `${ready}/${spec?.containers?.length ?? 0}`;
  }),
  column('Status', podStatus),
  column('Restarts', restarts),
  column('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now)),
  wideColumn('IP', ({ status }) => status?.podIP || '<none>'),
  wideColumn('Node', ({ spec }) => spec?.nodeName || '<none>'),
  wideColumn('Nominated Node', ({ status }) => status?.nominatedNodeName || '<none>'),
  wideColumn('Readiness Gates', ({ spec }) => (spec?.readinessGates?.length ? `0/${spec.readinessGates.length}` : '<none>')),
];

function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) {
    return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  }
  let reason: string = pod.status?.reason || pod.status?.phase || 'Unknown';
  let running = false;
  for (const { state, ready } of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    if (state?.waiting?.reason) {
      reason = state.waiting.reason;
    } else if (state?.terminated) {
      const { signal, exitCode } = state.terminated;
      reason = state.terminated.reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
    } else if (ready && state?.running) {
      running = true;
    }
  }
  if (reason === 'Completed' && running) {
    const isReady = (pod.status?.conditions ?? []).some((condition: any) => condition.type === 'Ready' && condition.status === 'True');
    return isReady ? 'Running' : 'NotReady';
  }
  return reason;
}

function restarts(pod: KubeObject, now: number): string {
  const statuses: any[] = pod.status?.containerStatuses ?? [];
  const count = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
  const ends = statuses
    .map((status) => status.lastState?.terminated?.finishedAt)
    .filter(Boolean)
    .map(Date.parse);
  return count > 0 && ends.length ? `${count} (${humanDuration(now - Math.max(...ends))} ago)` : String(count);
}
