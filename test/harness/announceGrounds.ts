import { findBinaries } from '../cluster/binaries';
import { findPrometheus } from './findPrometheus';

/** Says once, before the tests of this folder, what they stand on and what is left out because the machine does not have it. */
export default function announceGrounds(): void {
  const kubernetes = findBinaries();
  const prometheus = findPrometheus();
  console.error('folder' in kubernetes ? `real Kubernetes: ${kubernetes.folder}` : `without the real Kubernetes: ${kubernetes.missing}`);
  console.error('missing' in prometheus ? `without a real Prometheus: ${prometheus.missing}` : `real Prometheus: ${prometheus.prometheus}`);
}
