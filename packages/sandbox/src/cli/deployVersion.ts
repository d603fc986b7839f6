import type { KubeObject } from '../apiserver/ObjectStore';
import { parseDuration } from '../prometheus/promql/duration';
import { type Release, withRelease } from '../seed/withRelease';
import { parseShare } from '../workloads/faults';
import type { KubeClient } from './KubeClient';

/** Options of `sandbox deploy`, as typed. */
export interface DeployOptions {
  namespace?: string;
  errors?: string;
  latency?: string;
  readyAfter?: string;
  crashAfter?: string;
  neverReady?: boolean;
}

/** Releases `tag` of the Deployment `name` and returns what to tell about it. Throws with a sentence when that cannot be done. */
export async function deployVersion(client: KubeClient, name: string, tag: string, options: DeployOptions): Promise<string> {
  const release = { tag, faults: readFaultOptions(options) };
  const before = await findDeployment(client, name, options.namespace);
  const { namespace } = before.metadata;
  const after = await client.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, withRelease(before, release));
  const changed = after.metadata.generation !== before.metadata.generation;
  const canary = (await client.list(`/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`)).find(
    ({ spec }) => spec?.targetRef?.kind === 'Deployment' && spec.targetRef.name === name,
  );
  return report({ client, release, before, after, changed, canary });
}

function readFaultOptions(options: DeployOptions): Release['faults'] {
  const duration = (flag: string, text: string | undefined) => {
    if (text !== undefined && parseDuration(text) === undefined)
      throw new Error(`${flag} takes a duration such as 900ms or 10s, not ${JSON.stringify(text)}.`);
    return text;
  };
  const share = parseShare(options.errors);
  if (options.errors !== undefined && (share === undefined || share > 1)) {
    throw new Error(`--errors takes a share such as 20% or 0.2, not ${JSON.stringify(options.errors)}.`);
  }
  return {
    errors: options.errors,
    latency: duration('--latency', options.latency),
    readyAfter: duration('--ready-after', options.readyAfter),
    crashAfter: duration('--crash-after', options.crashAfter),
    neverReady: options.neverReady ? 'true' : undefined,
  };
}

async function findDeployment(client: KubeClient, name: string, namespace: string | undefined): Promise<KubeObject> {
  const all = await client.list(`/apis/apps/v1${namespace ? `/namespaces/${namespace}` : ''}/deployments`);
  const found = all.filter(({ metadata }) => metadata.name === name);
  if (found.length === 1) return found[0];
  const where = namespace ? `namespace ${namespace}` : 'any namespace';
  if (found.length > 1) {
    throw new Error(
      `there is a Deployment ${name} in ${found.map(({ metadata }) => metadata.namespace).join(' and ')}: say which one with -n.`,
    );
  }
  const known = all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).filter((each) => !each.endsWith('-primary'));
  throw new Error(`there is no Deployment ${name} in ${where}. There are: ${known.join(', ') || 'none'}.`);
}

function report(result: {
  client: KubeClient;
  release: Release;
  before: KubeObject;
  after: KubeObject;
  changed: boolean;
  canary: KubeObject | undefined;
}): string {
  const { client, release, before, after, changed, canary } = result;
  const { name, namespace } = after.metadata;
  const image = (deployment: KubeObject) => deployment.spec.template.spec.containers[0].image;
  const kubectl = `kubectl --kubeconfig ${client.kubeconfigPath} -n ${namespace}`;
  if (!changed) return `${namespace}/${name} is ${image(after)} with these faults already: nothing was changed.`;
  const lines = [`${namespace}/${name}: ${image(before)} → ${image(after)}`, `  ${describe(release)}`];
  if (!canary)
    return [...lines, '', 'No Canary looks after it, so it rolls out at once:', `  ${kubectl} rollout status deployment/${name}`].join(
      '\n',
    );
  const { phase } = canary.status ?? {};
  if (!phase || phase === 'Initializing')
    lines.push(`  Its Canary ${canary.metadata.name} is not initialised yet: this version becomes the first primary, without an analysis.`);
  return [
    ...lines,
    '',
    'Watch it on the Rollouts page of the portal, or with',
    `  ${kubectl} get canary ${canary.metadata.name} -w`,
    `  ${kubectl} describe canary ${canary.metadata.name}`,
  ].join('\n');
}

function describe({ faults }: Release): string {
  const texts = [
    faults.errors &&
      `answers ${faults.errors.endsWith('%') ? faults.errors : `${Number(faults.errors) * 100}%`} of the requests with an error`,
    faults.latency && `takes ${faults.latency} longer for each`,
    faults.readyAfter && `is ready ${faults.readyAfter} after its start`,
    faults.crashAfter && `crashes ${faults.crashAfter} after its start`,
    faults.neverReady && 'never becomes ready',
  ].filter(Boolean);
  return texts.length ? `The new version ${texts.join(', ')}.` : 'The new version is healthy.';
}
