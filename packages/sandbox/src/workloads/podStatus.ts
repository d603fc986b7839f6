import type { KubeObject } from '../apiserver/ObjectStore';
import { podText } from './containerEvents';
import type { PodMoment } from './podTimeline';
import { timestamp } from './timestamp';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastProbeTime: null;
  lastTransitionTime: string;
}

/** The status that a kubelet reports for a pod at this moment of its life. `now` and `scheduledAt` in milliseconds since the epoch. */
export function podStatus(
  pod: KubeObject,
  moment: PodMoment,
  { now, scheduledAt, address }: { now: number; scheduledAt: number; address?: string },
): Record<string, unknown> {
  const containers: { name: string; image: string }[] = pod.spec.containers ?? [];
  const notReady = moment.ready
    ? {}
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${containers.map(({ name }) => name).join(' ')}]` };
  const readiness = moment.ready ? 'True' : 'False';
  const conditions: [string, string, object][] = [
    ['PodReadyToStartContainers', moment.state === 'creating' ? 'False' : 'True', {}],
    ['Initialized', 'True', {}],
    ['Ready', readiness, notReady],
    ['ContainersReady', readiness, notReady],
    ['PodScheduled', 'True', {}],
  ];
  const at = (milliseconds: number) => timestamp(scheduledAt + milliseconds);
  return {
    phase: moment.state === 'creating' ? 'Pending' : 'Running',
    conditions: conditions.map(([type, status, rest]) => condition(pod, { type, status, ...rest }, now)),
    hostIP: '10.0.0.1',
    hostIPs: [{ ip: '10.0.0.1' }],
    ...(address ? { podIP: address, podIPs: [{ ip: address }] } : {}),
    startTime: timestamp(scheduledAt),
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: moment.state === 'creating' ? '' : image,
      ...(moment.state === 'creating' ? {} : { containerID: idOf(pod, name) }),
      ready: moment.ready,
      started: moment.state === 'running',
      restartCount: moment.restarts,
      state: containerState(pod, name, moment, at),
      lastState: moment.crashedAt === undefined ? {} : { terminated: terminated(idOf(pod, name), moment, at) },
    })),
    qosClass: pod.status?.qosClass ?? 'BestEffort',
  };
}

function condition(pod: KubeObject, wanted: { type: string; status: string }, now: number): Condition {
  const before = (pod.status?.conditions as Condition[] | undefined)?.find(({ type }) => type === wanted.type);
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : timestamp(now);
  return { ...wanted, lastProbeTime: null, lastTransitionTime };
}

function containerState(pod: KubeObject, name: string, moment: PodMoment, at: (milliseconds: number) => string): object {
  if (moment.state === 'creating') return { waiting: { reason: 'ContainerCreating' } };
  if (moment.state === 'running') return { running: { startedAt: at(moment.startedAt ?? 0) } };
  const message = `back-off ${(moment.backOff ?? 0) / 1000}s restarting failed container=${name} pod=${podText(pod)}`;
  return { waiting: { reason: 'CrashLoopBackOff', message } };
}

function terminated(containerID: string, { crashedFrom = 0, crashedAt = 0 }: PodMoment, at: (milliseconds: number) => string): object {
  return { exitCode: 1, reason: 'Error', startedAt: at(crashedFrom), finishedAt: at(crashedAt), containerID };
}

function idOf(pod: KubeObject, container: string): string {
  return `sandbox://${pod.metadata.uid}/${container}`;
}
