import { grounds, startGround } from '../harness/grounds';
import { until } from '../harness/until';
import { Api } from './Api';
import { deployment, made, newNamespace, type Subject } from './Subject';

/** The ground's kubelet is kwok on the real control plane: what a kubelet does is not asked here. */
jest.setTimeout(60_000);

describe.each(grounds())('the controllers of the %s', (name) => {
  const at = {} as Subject;
  let namespace: string;
  let deployments: string;
  let sets: string;
  let pods: string;

  beforeAll(async () => {
    at.ground = await startGround(name);
    at.api = new Api(at.ground.kubeconfigPath);
    namespace = await newNamespace(at, 'workloads');
    [deployments, sets] = ['deployments', 'replicasets'].map((plural) => `/apis/apps/v1/namespaces/${namespace}/${plural}`);
    pods = `/api/v1/namespaces/${namespace}/pods`;
  });

  afterAll(async () => {
    await at.api?.close();
    await at.ground?.close();
  });

  /** A Deployment whose pods become ready soon; resolves when they all are. */
  async function run(app: string, replicas: number): Promise<any> {
    const body: any = deployment(app, { replicas });
    body.spec.template.metadata.annotations = { 'sandbox.aviary.dev/ready-after': '600ms' };
    made(await at.api.create(deployments, body));
    return settled(app, replicas);
  }

  async function settled(app: string, replicas: number): Promise<any> {
    const found = await until(async () => {
      const { spec, status, metadata, ...rest } = made(await at.api.get(`${deployments}/${app}`));
      const counts = [status.replicas ?? 0, status.updatedReplicas ?? 0, status.availableReplicas ?? 0];
      const isDone = status.observedGeneration === metadata.generation && counts.every((count) => count === replicas);
      return isDone ? { spec, status, metadata, ...rest } : null;
    }, 30_000);
    if (!found) throw new Error(`Deployment ${app} has not come to ${replicas} available replicas in 30 s`);
    return found;
  }

  const scale = async (app: string, replicas: number) => {
    made(await at.api.patch(`${deployments}/${app}`, 'merge', { spec: { replicas } }));
    return settled(app, replicas);
  };
  const of = async (path: string, app: string) => made(await at.api.get(path, { labelSelector: `app=${app}` })).items;

  describe('tell in events', () => {
    const plain = (text: string, app: string) =>
      text
        .replaceAll(namespace, 'NS')
        .replace(new RegExp(`${app}-\\w+(-\\w+)?`, 'g'), 'X')
        .replace(/ to \S+$/, ' to NODE');
    async function events(kind: string, app: string, enough: number): Promise<any[]> {
      const list = async () => {
        const { items } = made(
          await at.api.get(`/api/v1/namespaces/${namespace}/events`, { fieldSelector: `involvedObject.kind=${kind}` }),
        );
        return items.filter(
          ({ involvedObject, source }: any) => involvedObject.name.startsWith(`${app}-`) && source.component !== 'kubelet',
        );
      };
      return (await until(async () => ((await list()).length >= enough ? list() : null), 15_000)) ?? list();
    }

    test('of every pod that a ReplicaSet makes or deletes', async () => {
      await run('told', 2);
      await scale('told', 1);
      const found = await events('ReplicaSet', 'told', 3);
      const [set] = await of(sets, 'told');
      expect(found.map(({ type, reason, message, count }) => [type, reason, plain(message, 'told'), count])).toEqual([
        ['Normal', 'SuccessfulCreate', 'Created pod: X', 1],
        ['Normal', 'SuccessfulCreate', 'Created pod: X', 1],
        ['Normal', 'SuccessfulDelete', 'Deleted pod: X', 1],
      ]);
      const { involvedObject, source, metadata, ...rest } = found[0];
      expect([source, involvedObject]).toEqual([
        { component: 'replicaset-controller' },
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: set.metadata.name,
          namespace,
          uid: set.metadata.uid,
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
      ]);
      expect(metadata.name).toMatch(new RegExp(`^${set.metadata.name}\\.[0-9a-f]{16}$`));
      expect(rest).toMatchObject({ eventTime: null, reportingComponent: 'replicaset-controller', reportingInstance: '' });
      expect(rest.firstTimestamp).toBe(rest.lastTimestamp);
    });

    test('of many pods in one, from the tenth on', async () => {
      await run('many', 13);
      const found = await events('ReplicaSet', 'many', 10);
      const combined = () => events('ReplicaSet', 'many', 10).then((all) => (all.at(-1).count === 4 ? all.at(-1) : null));
      expect(found).toHaveLength(10);
      expect(await until(combined, 15_000)).toMatchObject({
        message: expect.stringMatching(/^\(combined from similar events\): Created pod: many-/),
      });
    });

    test('of the node that a pod was given', async () => {
      await run('placed', 1);
      const [{ metadata, spec }] = await of(pods, 'placed');
      const [{ message, involvedObject, metadata: _, reportingInstance, ...scheduled }] = await events('Pod', 'placed', 1);
      expect(message).toBe(`Successfully assigned ${namespace}/${metadata.name} to ${spec.nodeName}`);
      expect(involvedObject).toMatchObject({ apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid });
      expect(scheduled).toEqual({
        action: 'Binding',
        eventTime: expect.stringMatching(/\.\d{6}Z$/),
        firstTimestamp: null,
        lastTimestamp: null,
        reason: 'Scheduled',
        reportingComponent: 'default-scheduler',
        source: {},
        type: 'Normal',
      });
      expect(reportingInstance).toMatch(/^default-scheduler-/);
    });
  });
});
