import type { Clock } from './Clock';
import { createLoadTester } from './loadtester/createLoadTester';
import type { ClusterReader } from './mesh/ClusterReader';
import type { Mesh } from './mesh/Mesh';
import { isDown } from './mesh/createResolver';
import { createQueryApi } from './prometheus/queryApi';
import type { SampleStore } from './prometheus/SampleStore';
import type { ServiceBackends } from './ServiceBackend';

/**
 * What answers behind the service proxy: Prometheus for `linkerd-viz/prometheus`, the load tester for every Service `flagger-loadtester`.
 * A Service with a selector answers only while a pod behind it is ready, so that `kubectl scale` to 0 is an outage.
 */
export function createServiceBackends(parts: { cluster: ClusterReader; clock: Clock; mesh: Mesh; samples: SampleStore }): ServiceBackends {
  const { cluster, clock, mesh, samples } = parts;
  const prometheus = createQueryApi({ store: samples, counters: mesh.counters, clock, catchUp: () => mesh.catchUp() });
  const loadTester = createLoadTester(mesh);
  return {
    find(namespace, name) {
      if (!cluster.get('/services', namespace, name) || isDown(cluster, namespace, name)) return undefined;
      if (namespace === 'linkerd-viz' && name === 'prometheus') return prometheus;
      return name === 'flagger-loadtester' ? loadTester(namespace) : undefined;
    },
  };
}
