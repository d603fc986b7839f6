import type { KubeObject } from '../ObjectStore';

/** The condition of a type in an object's status. */
export function conditionOf(object: KubeObject, type: string): Record<string, string> | undefined {
  return object.status?.conditions?.find((condition: Record<string, string>) => condition.type === type);
}
