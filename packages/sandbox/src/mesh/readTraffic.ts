import type { KubeObject } from '../apiserver/ObjectStore';

/** Where the ConfigMap with the simulated clients' traffic lives. */
export const TRAFFIC_CONFIG = { namespace: 'kube-system', name: 'sandbox-traffic', key: 'services' } as const;

/** Requests per second that simulated clients send to one Service. */
export interface Traffic {
  namespace: string;
  service: string;
  perSecond: number;
}

/** Reads lines `namespace/service: requests per second` from the ConfigMap. Lines that are none are left out, `#` begins a comment. */
export function readTraffic(config: KubeObject | undefined): Traffic[] {
  const lines = String(config?.data?.[TRAFFIC_CONFIG.key] ?? '').split('\n');
  return lines.flatMap((line) => {
    const match = /^\s*([a-z0-9-]+)\/([a-z0-9-]+)\s*:\s*(\d+(?:\.\d+)?)\s*(?:#.*)?$/.exec(line);
    return match ? [{ namespace: match[1], service: match[2], perSecond: Number(match[3]) }] : [];
  });
}
