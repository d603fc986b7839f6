import { grounds } from '../../harness/grounds';
import { configMap, deployment, Kubectl } from './Kubectl';

jest.setTimeout(120_000);

describe.each(grounds())('kubectl follows rollouts on the %s', (name) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await Kubectl.onGround(name);
  });

  afterAll(() => kubectl?.close());

  const image = async (what: string) => kubectl.run(`get deployment ${what} -o 'jsonpath={.spec.template.spec.containers[0].image}'`);
  const last = (text: string) => text.split('\n').at(-1);

  it('tells when a rollout is done, and does not wait when told so', async () => {
    await kubectl.run('apply -f -', { input: deployment('watched', 'web:1') });
    expect(last(await kubectl.run('rollout status deployment/watched --timeout=60s'))).toMatchInlineSnapshot(
      `"deployment "watched" successfully rolled out"`,
    );
    expect(await kubectl.run('rollout status deployment/watched')).toMatchInlineSnapshot(`"deployment "watched" successfully rolled out"`);
    const never = deployment('never', 'web:1');
    never.spec.template.metadata.annotations = { 'sandbox.aviary.dev/never-ready': 'true' };
    await kubectl.run('apply -f -', { input: never });
    await kubectl.run("wait --for=jsonpath='{.status.updatedReplicas}'=2 deployment/never --timeout=30s");
    expect(await kubectl.run('rollout status deployment/never --watch=false')).toMatchInlineSnapshot(
      `"Waiting for deployment "never" rollout to finish: 0 of 2 updated replicas are available..."`,
    );
    expect(last(await kubectl.run('rollout status deployment/never --timeout=1s'))).toMatchInlineSnapshot(`"[exit 1]"`);
    expect(await kubectl.run('rollout status deployment/nothing')).toMatchInlineSnapshot(`
     "[stderr] Error from server (NotFound): deployments.apps "nothing" not found
     [exit 1]"
    `);
  });

  it('gives up at the progress deadline', async () => {
    const late = deployment('late', 'web:1', { progressDeadlineSeconds: 2 });
    late.spec.template.metadata.annotations = { 'sandbox.aviary.dev/never-ready': 'true' };
    await kubectl.run('apply -f -', { input: late });
    expect(last((await kubectl.run('rollout status deployment/late --timeout=30s')).replace('\n[exit', ' [exit'))).toMatchInlineSnapshot(
      `"[stderr] error: deployment "late" exceeded its progress deadline [exit 1]"`,
    );
    const { status } = await kubectl.json('get deployment late');
    const conditions = status.conditions.map(({ type, status: value, reason, message }: any) => [type, value, reason, message]);
    expect(conditions.sort().map((condition: string[]) => condition.join(' | ').replace(/late-\w+/, 'late-HASH'))).toMatchInlineSnapshot(`
     [
       "Available | False | MinimumReplicasUnavailable | Deployment does not have minimum availability.",
       "Progressing | False | ProgressDeadlineExceeded | ReplicaSet "late-HASH" has timed out progressing.",
     ]
    `);
  });

  it('keeps a history, and goes back in it', async () => {
    await kubectl.run('apply -f -', { input: deployment('history', 'web:1') });
    await kubectl.run("annotate deployment history 'kubernetes.io/change-cause=first'");
    await kubectl.run('rollout status deployment/history --timeout=60s');
    await kubectl.run('set image deployment/history main=web:2');
    await kubectl.run("annotate deployment history 'kubernetes.io/change-cause=second' --overwrite");
    await kubectl.run('rollout status deployment/history --timeout=60s');
    expect(await kubectl.run('rollout history deployment/history')).toMatchInlineSnapshot(`
     "deployment.apps/history
     REVISION  CHANGE-CAUSE
     1  first
     2  second"
    `);
    expect(await kubectl.run('rollout history deployment/history --revision=1')).toMatchInlineSnapshot(`
     "deployment.apps/history with revision #1
     Pod Template:
       Labels:	app=history
     	pod-template-hash=HASH
       Annotations:	kubernetes.io/change-cause: first
       Containers:
        main:
         Image:	web:1
         Port:	8080/TCP (http)
         Host Port:	0/TCP (http)
         Environment:	<none>
         Mounts:	<none>
       Volumes:	<none>
       Node-Selectors:	<none>
       Tolerations:	<none>"
    `);
    expect(await kubectl.run('rollout undo deployment/history')).toMatchInlineSnapshot(`"deployment.apps/history rolled back"`);
    expect(await image('history')).toBe('web:1');
    await kubectl.run('rollout status deployment/history --timeout=60s');
    expect(await kubectl.run('rollout history deployment/history')).toMatchInlineSnapshot(`
     "deployment.apps/history
     REVISION  CHANGE-CAUSE
     2  second
     3  first"
    `);
    expect(await kubectl.run('rollout undo deployment/history --to-revision=2')).toMatchInlineSnapshot(
      `"deployment.apps/history rolled back"`,
    );
    expect(await image('history')).toBe('web:2');
    expect(await kubectl.run('rollout undo deployment/history --to-revision=99')).toMatchInlineSnapshot(`
     "[stderr] error: unable to find specified revision 99 in history
     [exit 1]"
    `);
  });

  it('restarts, pauses and resumes', async () => {
    await kubectl.run('apply -f -', { input: deployment('steered', 'web:1') });
    await kubectl.run('rollout status deployment/steered --timeout=60s');
    expect(await kubectl.run('rollout restart deployment/steered')).toMatchInlineSnapshot(`"deployment.apps/steered restarted"`);
    const { template } = (await kubectl.json('get deployment steered')).spec;
    expect(Object.keys(template.metadata.annotations)).toEqual(['kubectl.kubernetes.io/restartedAt']);
    await kubectl.run('rollout status deployment/steered --timeout=60s');
    expect(await kubectl.run('rollout pause deployment/steered')).toMatchInlineSnapshot(`"deployment.apps/steered paused"`);
    expect(await kubectl.run('rollout pause deployment/steered')).toMatchInlineSnapshot(`
     "[stderr] error: deployments.apps "steered" is already paused
     [exit 1]"
    `);
    expect(await kubectl.run('rollout restart deployment/steered')).toMatchInlineSnapshot(`
     "[stderr] error: deployments.apps "steered" can't restart paused deployment (run rollout resume first)
     [exit 1]"
    `);
    expect(await kubectl.run('rollout undo deployment/steered')).toMatchInlineSnapshot(`
     "[stderr] error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again
     [exit 1]"
    `);
    await kubectl.run('set image deployment/steered main=web:9');
    expect((await kubectl.json('get replicasets -l app=steered')).items).toHaveLength(2);
    expect(await kubectl.run('rollout resume deployment/steered')).toMatchInlineSnapshot(`"deployment.apps/steered resumed"`);
    expect(last(await kubectl.run('rollout status deployment/steered --timeout=60s'))).toMatchInlineSnapshot(
      `"deployment "steered" successfully rolled out"`,
    );
    expect((await kubectl.json('get replicasets -l app=steered')).items).toHaveLength(3);
  });

  it('waits for conditions, fields, creation and deletion', async () => {
    await kubectl.run('apply -f -', { input: [deployment('awaited', 'web:1'), configMap('awaited', { a: '1' })] });
    expect(await kubectl.run('wait --for=condition=Available deployment/awaited --timeout=60s')).toMatchInlineSnapshot(
      `"deployment.apps/awaited condition met"`,
    );
    expect(await kubectl.run("wait --for=jsonpath='{.status.readyReplicas}'=2 deployment/awaited --timeout=60s")).toMatchInlineSnapshot(
      `"deployment.apps/awaited condition met"`,
    );
    expect(await kubectl.run("wait --for=jsonpath='{.data.a}'=2 configmap/awaited --timeout=1s")).toMatchInlineSnapshot(`
     "[stderr] error: timed out waiting for the condition on configmaps/awaited
     [exit 1]"
    `);
    expect(await kubectl.run('wait --for=condition=Ready pod -l app=awaited --timeout=60s')).toMatchInlineSnapshot(`
     "pod/awaited-HASH-POD condition met
     pod/awaited-HASH-POD condition met"
    `);
    expect(await kubectl.run('wait --for=condition=Available deployment/nothing --timeout=1s')).toMatchInlineSnapshot(`
     "[stderr] Error from server (NotFound): deployments.apps "nothing" not found
     [exit 1]"
    `);
    const deletion = kubectl.run('wait --for=delete configmap/awaited --timeout=30s');
    await kubectl.run('delete configmap awaited');
    // It may have been gone before the wait began.
    expect((await deletion).replace('[stderr] ', '')).toMatch(/^(configmap\/awaited condition met)?$/);
    const creation = kubectl.run('wait --for=create configmap/expected --timeout=30s');
    await kubectl.run('create configmap expected');
    expect(await creation).toMatchInlineSnapshot(`"configmap/expected condition met"`);
    expect(await kubectl.run('wait --for=condition=Established crd/canaries.flagger.app')).toMatchInlineSnapshot(
      `"customresourcedefinition.apiextensions.k8s.io/canaries.flagger.app condition met"`,
    );
  });

  it('shows what a rollout did', async () => {
    await kubectl.run('apply -f -', { input: deployment('told', 'web:1') });
    await kubectl.run('rollout status deployment/told --timeout=60s');
    await kubectl.run('set image deployment/told main=web:2');
    await kubectl.run('rollout status deployment/told --timeout=60s');
    await kubectl.run('wait --for=delete pod -l app=told,old=none --timeout=1s');
    const events = await kubectl.json('get events --field-selector involvedObject.name=told,involvedObject.kind=Deployment');
    const messages = events.items.map(({ reason, type, message, source, reportingComponent }: any) =>
      [type, reason, message.replace(/told-\w+/, 'told-HASH'), source.component || reportingComponent].join(' | '),
    );
    expect(messages).toMatchInlineSnapshot(`
     [
       "Normal | ScalingReplicaSet | Scaled up replica set told-HASH from 0 to 2 | deployment-controller",
       "Normal | ScalingReplicaSet | Scaled up replica set told-HASH from 0 to 1 | deployment-controller",
       "Normal | ScalingReplicaSet | Scaled down replica set told-HASH from 2 to 1 | deployment-controller",
       "Normal | ScalingReplicaSet | Scaled up replica set told-HASH from 1 to 2 | deployment-controller",
       "Normal | ScalingReplicaSet | Scaled down replica set told-HASH from 1 to 0 | deployment-controller",
     ]
    `);
    const sets = await kubectl.json('get replicasets -l app=told');
    expect(
      sets.items
        .map(({ metadata, spec, status }: any) => [
          metadata.annotations['deployment.kubernetes.io/revision'],
          spec.replicas,
          status.replicas,
        ])
        .sort(),
    ).toMatchInlineSnapshot(`
     [
       [
         "1",
         0,
         0,
       ],
       [
         "2",
         2,
         2,
       ],
     ]
    `);
  });

  it('has no logs, no shell and no ports of pods that run nothing', async () => {
    await kubectl.run('apply -f -', { input: deployment('quiet', 'web:1', { replicas: 1 }) });
    await kubectl.run('rollout status deployment/quiet --timeout=60s');
    for (const line of ['logs deployment/quiet', 'exec deployment/quiet -- true', 'port-forward deployment/quiet 0:8080']) {
      const { code } = await kubectl.raw(line);
      expect([line, code]).toEqual([line, 1]);
    }
    expect(await kubectl.run('logs deployment/nothing')).toMatchInlineSnapshot(`
     "[stderr] error: error from server (NotFound): deployments.apps "nothing" not found in namespace "NAMESPACE"
     [exit 1]"
    `);
  });
});
