import type { KubeObject } from '../apiserver/ObjectStore';
import { FAULT_ANNOTATIONS } from '../workloads/faults';

/** A new version of a service. */
export interface Release {
  /** Tag of the first container's image. */
  tag: string;
  /** What the sandbox's pods of this version do wrong, by fault; faults of the version before end with it. */
  faults: Partial<Record<keyof typeof FAULT_ANNOTATIONS, string>>;
}

/** What changes in a Deployment; `null` removes an annotation, containers are found by name. */
export interface ReleasePatch {
  spec: {
    template: { metadata: { annotations: Record<string, string | null> }; spec: { containers: { name: string; image: string }[] } };
  };
}

/** A strategic merge patch of a Deployment that releases a new version. Throws when the Deployment has no container. */
export function withRelease(deployment: KubeObject, { tag, faults }: Release): ReleasePatch {
  const [first] = deployment.spec?.template?.spec?.containers ?? [];
  if (!first) throw new Error(`the Deployment ${deployment.metadata.name} has no container whose image could be changed`);
  const annotations = Object.fromEntries(
    Object.entries(FAULT_ANNOTATIONS).map(([fault, annotation]) => [annotation, faults[fault as keyof typeof FAULT_ANNOTATIONS] ?? null]),
  );
  const containers = [{ name: first.name, image: withTag(first.image, tag) }];
  return { spec: { template: { metadata: { annotations }, spec: { containers } } } };
}

/** The image with another tag; a registry's port is not taken for one, a digest is dropped. */
export function withTag(image: string, tag: string): string {
  const [name] = image.split('@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  return `${colon === -1 ? name : name.slice(0, colon)}:${tag}`;
}
