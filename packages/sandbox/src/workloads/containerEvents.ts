import type { KubeObject } from '../apiserver/ObjectStore';
import type { Happening } from './EventRecorder';
import { type PodMoment, START_DELAY } from './podTimeline';

/** What every image is said to weigh, in bytes. */
const IMAGE_SIZE = 26_214_400;

/**
 * What a kubelet has to tell when a pod has come from the status it has to a moment of its life. `pulls` says whether the container's image
 * is not on the node. Sentences are those of Kubernetes 1.36 (`pkg/kubelet`).
 */
export function containerEvents(pod: KubeObject, moment: PodMoment, pulls: (image: string) => boolean): Happening[] {
  const before: any[] = pod.status?.containerStatuses ?? [];
  return (pod.spec.containers ?? []).flatMap(({ name, image, imagePullPolicy }: Record<string, string>) => {
    const known = before.find((status) => status.name === name);
    const fieldPath = `spec.containers{${name}}`;
    const normal = (reason: string, message: string): Happening => ({ type: 'Normal', reason, message, fieldPath });
    const pulling = imagePullPolicy === 'Always' || pulls(image);
    const beginning = normal('Pulling', `Pulling image "${image}"`);
    if (moment.state === 'creating') return !known && pulling ? [beginning] : [];
    const starts = !known?.containerID || known.restartCount < moment.restarts;
    const isFirst = moment.restarts === 0;
    const start = [
      ...(pulling && (!known || !isFirst) ? [beginning] : []),
      normal(
        'Pulled',
        pulling ? pulledText(image) : `Container image "${image}" already present on machine and can be accessed by the pod`,
      ),
      normal('Created', 'Container created'),
      normal('Started', 'Container started'),
    ];
    const crashes = moment.state === 'crashed' && (starts || !known.state?.waiting);
    const message = `Back-off restarting failed container ${name} in pod ${podText(pod)}`;
    return [...(starts ? start : []), ...(crashes ? [{ type: 'Warning' as const, reason: 'BackOff', message, fieldPath }] : [])];
  });
}

/** What a kubelet tells of a pod's containers when it stops them. */
export function stoppingEvents(pod: KubeObject): Happening[] {
  return (pod.spec.containers ?? []).map(({ name }: { name: string }) => ({
    type: 'Normal',
    reason: 'Killing',
    message: `Stopping container ${name}`,
    fieldPath: `spec.containers{${name}}`,
  }));
}

/** A pod as a kubelet writes it in sentences: `name_namespace(uid)`. */
export function podText({ metadata }: KubeObject): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

function pulledText(image: string): string {
  return `Successfully pulled image "${image}" in ${START_DELAY}ms (${START_DELAY}ms including waiting). Image size: ${IMAGE_SIZE} bytes.`;
}
