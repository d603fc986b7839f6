import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxStage, Stage } from './Stage';
import { until } from './until';

const TOOLS = join(__dirname, '../../packages/sandbox/src/seed/manifests/cluster.yaml');

/** Where the services of fault tests live. */
export const NAMESPACE = 'demo';
/** The weights that a canary of `addServices` walks through. */
export const LADDER = [10, 20, 30, 40, 50];
/** Milliseconds between two of them: so long that two scrapes (every 5 s) lie between first traffic and first look. */
export const INTERVAL = 12_000;

/** How the Canary of a service differs from the usual one. */
export interface ServiceOptions {
  /** Merged into `spec.analysis`. */
  analysis?: Record<string, unknown>;
  /** Merged into `spec`. */
  spec?: Record<string, unknown>;
}

/** Prometheus, load testers, and clients that call the named services. Once per stage, before its engines. */
export async function addTools(stage: Stage, services: readonly string[]): Promise<void> {
  const traffic = services.map((name) => `${NAMESPACE}/${name}: 20`).join('\n');
  await stage.apply(await readFile(TOOLS, 'utf8'));
  await stage.apply(
    documents([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
        data: { services: traffic },
      },
    ]),
  );
}

/** A Deployment and its Canary on Linkerd. */
export async function addService(stage: Stage, name: string, options: ServiceOptions = {}): Promise<void> {
  await stage.apply(documents([deployment(name), canary(name, options)]));
}

/** The Canary alone, to apply it again with other options. */
export async function applyCanary(stage: Stage, name: string, options: ServiceOptions = {}): Promise<void> {
  await stage.apply(documents([canary(name, options)]));
}

/** What a version may do wrong, as the sandbox has it: a share such as `30%`, and a readiness that never comes. */
export interface Faults {
  errors?: string;
  neverReady?: boolean;
}

/** A new version of a service; faults of the version before end with it. */
export async function release(stage: Stage, name: string, tag: string, faults: Faults = {}): Promise<void> {
  const annotations = {
    'sandbox.aviary.dev/errors': faults.errors ?? null,
    'sandbox.aviary.dev/never-ready': faults.neverReady ? 'true' : null,
  };
  const containers = [{ name, image: image(name, tag) }];
  const patch = { spec: { template: { metadata: { annotations }, spec: { containers } } } };
  await stage.kubectl('patch', 'deployment', name, '-n', NAMESPACE, '-p', JSON.stringify(patch));
}

/** Waits until the Canary is in that phase of the rollout to `tag` (any, when left out). */
export function waitForPhase(stage: Stage, name: string, phase: string, tag?: string, seconds = 60) {
  const what = tag === undefined ? phase : `${phase} with ${tag}`;
  return stage.waitFor(NAMESPACE, name, what, (row) => row.phase === phase && (tag === undefined || row.toVersion === tag), seconds);
}

/** Waits until at least `weight` per cent go to the canary. */
export function waitForWeight(stage: Stage, name: string, weight: number, seconds = 60) {
  return stage.waitFor(NAMESPACE, name, `weight ${weight}`, (row) => row.weight >= weight && row.confirmed, seconds);
}

/** Texts of the Kubernetes events about a Canary. */
export async function eventsOf(stage: Stage, name: string): Promise<string[]> {
  const selector = `involvedObject.kind=Canary,involvedObject.name=${name}`;
  const format = 'jsonpath={range .items[*]}{.message}{"\\n"}{end}';
  return (await stage.kubectl('get', 'events', '-n', NAMESPACE, '--field-selector', selector, '-o', format)).trim().split('\n');
}

/** `status` of a Canary as the cluster has it. */
export function statusOf(stage: SandboxStage, name: string): Record<string, any> {
  return stage.sandbox.store.get('flagger.app/canaries', NAMESPACE, name)?.status ?? {};
}

/** Waits until the Canary's `status` has these fields. */
export async function waitForStatus(stage: SandboxStage, name: string, fields: Record<string, unknown>, seconds = 30): Promise<void> {
  const isThere = () => Object.entries(fields).every(([field, value]) => statusOf(stage, name)[field] === value);
  if (await until(isThere, seconds * 1000)) return;
  throw new Error(`the status of ${name} did not get to ${JSON.stringify(fields)}: ${JSON.stringify(statusOf(stage, name))}`);
}

function documents(objects: unknown[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

function image(name: string, tag: string): string {
  return `registry.example/${name}:${tag}`;
}

function deployment(name: string) {
  const container = { name, image: image(name, '1.0.0'), ports: [{ name: 'http', containerPort: 8080 }] };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

function canary(name: string, { analysis, spec }: ServiceOptions) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      progressDeadlineSeconds: 120,
      service: { port: 80, targetPort: 'http' },
      ...spec,
      analysis: {
        interval: `${INTERVAL / 1000}s`,
        threshold: 3,
        stepWeight: 10,
        maxWeight: 50,
        metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' }],
        ...analysis,
      },
    },
  };
}
