import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where figures were measured: without this they cannot be compared. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** Load average of the last minute before the first bench: far above the idle machine's, the figures are noisy. */
  load: number;
}

/** Describes this machine as it is now. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    load: Math.round(loadavg()[0] * 100) / 100,
  };
}

/** In one line, above the figures. */
export function formatMachine({ cpu, cores, memoryGiB, system, node, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}, load ${load}`;
}
