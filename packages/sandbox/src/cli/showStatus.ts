import type { KubeObject } from '../apiserver/ObjectStore';
import type { KubeClient } from './KubeClient';

/** A table of the sandbox's Canaries: phase, weight, and the image of the target. */
export async function showStatus(client: KubeClient): Promise<string> {
  const canaries = await client.list('/apis/flagger.app/v1beta1/canaries');
  const deployments = await client.list('/apis/apps/v1/deployments');
  const rows = canaries.map((canary) => [
    canary.metadata.namespace ?? '',
    canary.metadata.name,
    canary.status?.phase || '-',
    String(canary.status?.canaryWeight ?? '-'),
    imageOf(canary, deployments),
  ]);
  return `The sandbox answers at ${client.server}.\n\n${table([['NAMESPACE', 'CANARY', 'STATUS', 'WEIGHT', 'IMAGE'], ...rows])}`;
}

function imageOf(canary: KubeObject, deployments: KubeObject[]): string {
  const target = deployments.find(
    ({ metadata }) => metadata.namespace === canary.metadata.namespace && metadata.name === canary.spec?.targetRef?.name,
  );
  return target?.spec.template.spec.containers[0]?.image ?? '-';
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
