import fc from 'fast-check';
import { ClusterCache, KubeClient, KubeTransport, loadClusterAccess, resourceTypes } from '../../engine/src/kubernetes';
import { startGround, type Ground } from '../harness/grounds';
import { Witness } from './Witness';

jest.setTimeout(120_000);

const CONFIG_MAPS = '/configmaps';
const NAMESPACE = 'default';
const name = fc.integer({ min: 0, max: 5 }).map((number) => `storm-${number}`);
/** What happens to the cluster, and what to whom watches it. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('write' as const, 'delete' as const, 'replace' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('drop' as const, 'expire' as const, 'fail' as const, 'wait' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stall' as const, 'freeze' as const), on: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('a cache of a sandbox that misbehaves in every way at once', () => {
  let ground: Extract<Ground, { name: 'sandbox' }>;
  let transport: KubeTransport;
  let count = 0;

  beforeAll(async () => {
    ground = (await startGround('sandbox', { sandbox: { seed: false } })) as typeof ground;
    transport = new KubeTransport(await loadClusterAccess({ from: 'file', path: ground.kubeconfigPath }));
  });
  afterAll(async () => {
    await transport?.close();
    await ground?.close();
  });

  function write(at: string): void {
    const { store } = ground.sandbox;
    const data = { count: String((count += 1)) };
    const before = store.get(CONFIG_MAPS, NAMESPACE, at);
    if (before) store.update(CONFIG_MAPS, { ...before, data });
    else store.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: at, namespace: NAMESPACE }, data });
  }
  function remove(at: string): void {
    if (ground.sandbox.store.get(CONFIG_MAPS, NAMESPACE, at)) ground.sandbox.store.delete(CONFIG_MAPS, NAMESPACE, at);
  }
  async function take(now: Step): Promise<void> {
    const { faults } = ground.sandbox.apiServer;
    if (now.kind === 'write') write(now.name);
    if (now.kind === 'delete') remove(now.name);
    if (now.kind === 'replace') {
      remove(now.name);
      write(now.name);
    }
    if (now.kind === 'drop') faults.dropWatches();
    if (now.kind === 'expire') faults.expireHistory();
    if (now.kind === 'fail') faults.failNext({ pathPattern: /configmaps/, status: 503 });
    if (now.kind === 'stall') faults.stallWatches(now.on);
    if (now.kind === 'freeze') faults.freeze(now.on);
    if (now.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('equals it afterwards, and has told of nothing that was not so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }), async (steps) => {
        const client = new KubeClient(transport);
        // Waits are the shortest ones: how long they are is tested elsewhere.
        const cache = new ClusterCache(client, { random: () => 0 });
        const witness = new Witness(cache);
        cache.watch(resourceTypes.configMap);
        const { faults } = ground.sandbox.apiServer;
        try {
          for (const each of steps) {
            await take(each);
            cache.retry();
          }
          faults.stallWatches(false);
          faults.freeze(false);
          faults.endFailures();
          cache.retry();
          await witness.seesTheTruth(client, [resourceTypes.configMap], 20);
        } finally {
          faults.stallWatches(false);
          faults.freeze(false);
          faults.endFailures();
          await cache.stop();
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
