import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { noteRelease, releasePending } from './SeedRecord';
import { type Release, withRelease } from './withRelease';

const CANARIES = 'flagger.app/canaries';

/** A release that the sandbox itself makes once, so that a new portal has something to show. */
interface FirstRelease extends Release {
  namespace: string;
  name: string;
  /** Milliseconds after its Canary has become Initialized. */
  after: number;
}

const FIRST_RELEASES: readonly FirstRelease[] = [
  { namespace: 'shop', name: 'checkout', tag: '2.4.0', faults: {}, after: 3000 },
  { namespace: 'shop', name: 'recommendations', tag: '1.9.0', faults: { errors: '30%', latency: '250ms' }, after: 4000 },
  { namespace: 'payments', name: 'ledger', tag: '4.2.0', faults: {}, after: 5000 },
  { namespace: 'accounts', name: 'profile', tag: '3.1.0', faults: {}, after: 6000 },
];

/** Makes each first release once its Canary is initialised. What has been made is remembered in the store. */
export function startReleases(store: ObjectStore, clock: Clock): { close(): void } {
  const cancels = new Map<string, () => void>();
  const look = (canary: KubeObject) => {
    const { namespace, name } = canary.metadata;
    const key = `${namespace}.${name}`;
    const release = FIRST_RELEASES.find((planned) => planned.namespace === namespace && planned.name === name);
    if (!release || cancels.has(key) || canary.status?.phase !== 'Initialized' || !releasePending(store, key)) return;
    cancels.set(
      key,
      clock.after(release.after, () => make(store, key, release)),
    );
  };
  for (const canary of store.list(CANARIES)) look(canary);
  const unsubscribe = store.subscribe(({ resource, type, object }) => {
    if (resource === CANARIES && type !== 'DELETED') look(object);
  });
  return {
    close() {
      unsubscribe();
      for (const cancel of cancels.values()) cancel();
    },
  };
}

function make(store: ObjectStore, key: string, release: FirstRelease): void {
  const deployment = store.get('apps/deployments', release.namespace, release.name);
  if (!deployment || !releasePending(store, key)) return;
  const { metadata, spec } = withRelease(deployment, release).spec.template;
  const next: any = cloneJson(deployment);
  const annotations = { ...next.spec.template.metadata.annotations, ...metadata.annotations };
  next.spec.template.metadata.annotations = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== null));
  const [{ image }] = spec.containers;
  next.spec.template.spec.containers[0].image = image;
  store.update('apps/deployments', next);
  noteRelease(store, key, image);
}
