import { invalid } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import type { ResourceType } from '../ResourceType';

/** Gives Services their cluster addresses out of 10.96.0.0/12, upwards from 10.96.0.10. */
export class ClusterAddresses {
  #next = 10;

  /** Sets `spec.clusterIP` and `clusterIPs` unless they are set or not wanted. 422 when the wanted one is taken. */
  assign(service: KubeObject, type: ResourceType, others: KubeObject[]): void {
    const { spec } = service;
    if (spec.type === 'ExternalName') {
      return;
    }
    const used = new Set(others.map((other) => other.spec?.clusterIP));
    if (!spec.clusterIP) {
      do {
        spec.clusterIP = `10.${96 + (this.#next >> 16)}.${(this.#next >> 8) & 255}.${this.#next & 255}`;
        this.#next += 1;
      } while (used.has(spec.clusterIP));
    } else if (spec.clusterIP !== 'None' && used.has(spec.clusterIP)) {
      const message = `Invalid value: ["${spec.clusterIP}"]: failed to allocate IP ${spec.clusterIP}: provided IP is already allocated`;
      throw invalid(type, service.metadata.name, [{ reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs' }]);
    }
    spec.clusterIPs = [spec.clusterIP];
  }
}
