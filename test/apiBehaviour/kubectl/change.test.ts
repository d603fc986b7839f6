import { grounds } from '../../harness/grounds';
import { configMap, deployment, Kubectl, service } from './Kubectl';

jest.setTimeout(120_000);

describe.each(grounds())('kubectl changes objects on the %s', (name) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await Kubectl.onGround(name);
    await kubectl.run('apply -f -', { input: [deployment('web', 'web:1'), service('web'), configMap('settings', { a: '1' })] });
  });

  afterAll(() => kubectl?.close());

  const spec = async (what: string) => (await kubectl.json(`get ${what}`)).spec;

  describe('create', () => {
    it('makes the usual kinds from arguments', async () => {
      const lines = [
        'create deployment made --image=web:1 --replicas=2 --port=8080',
        'create service clusterip made --tcp=80:8080',
        'create service nodeport noded --tcp=80',
        'create service externalname named --external-name=example.test',
        'create service loadbalancer balanced --tcp=80:http',
        'create configmap made --from-literal=a=1 --from-literal=b=2',
        'create secret generic made --from-literal=token=abc',
        'create secret docker-registry pull --docker-server=registry.test --docker-username=u --docker-password=p',
        'create serviceaccount made',
        'create role made --verb=get,list --resource=pods',
        'create rolebinding made --role=made --serviceaccount=default:made',
        'create clusterrole made-$NAMESPACE --verb=get --resource=nodes',
        'create clusterrolebinding made-$NAMESPACE --clusterrole=made-$NAMESPACE --user=somebody',
        'create ingress made --rule=made.test/=made:80',
        'create job made --image=job:1',
        "create cronjob made --image=job:1 --schedule='*/5 * * * *'",
        'create poddisruptionbudget made --selector=app=made --min-available=1',
        'create quota made --hard=pods=10',
      ];
      const said: string[] = [];
      for (const line of lines) said.push(await kubectl.run(line.replaceAll('$NAMESPACE', kubectl.namespace)));
      expect(said).toMatchInlineSnapshot(`
       [
         "deployment.apps/made created",
         "service/made created",
         "service/noded created",
         "service/named created",
         "service/balanced created",
         "configmap/made created",
         "secret/made created",
         "secret/pull created",
         "serviceaccount/made created",
         "role.rbac.authorization.k8s.io/made created",
         "rolebinding.rbac.authorization.k8s.io/made created",
         "clusterrole.rbac.authorization.k8s.io/made-NAMESPACE created",
         "clusterrolebinding.rbac.authorization.k8s.io/made-NAMESPACE created",
         "ingress.networking.k8s.io/made created",
         "job.batch/made created",
         "cronjob.batch/made created",
         "poddisruptionbudget.policy/made created",
         "resourcequota/made created",
       ]
      `);
      expect((await spec('deployment made')).template.spec.containers).toMatchInlineSnapshot(`
       [
         {
           "image": "web:1",
           "imagePullPolicy": "IfNotPresent",
           "name": "web",
           "ports": [
             {
               "containerPort": 8080,
               "protocol": "TCP",
             },
           ],
           "resources": {},
           "terminationMessagePath": "/dev/termination-log",
           "terminationMessagePolicy": "File",
         },
       ]
      `);
      expect((await spec('service made')).ports).toMatchInlineSnapshot(`
       [
         {
           "name": "80-8080",
           "port": 80,
           "protocol": "TCP",
           "targetPort": 8080,
         },
       ]
      `);
      expect((await spec('service balanced')).ports[0].targetPort).toBe('http');
      expect((await kubectl.json('get configmap made')).data).toEqual({ a: '1', b: '2' });
      expect((await kubectl.json('get secret made')).data).toEqual({ token: 'YWJj' });
      expect((await kubectl.json('get secret pull')).type).toBe('kubernetes.io/dockerconfigjson');
      expect((await kubectl.json('get role made')).rules).toMatchInlineSnapshot(`
       [
         {
           "apiGroups": [
             "",
           ],
           "resources": [
             "pods",
           ],
           "verbs": [
             "get",
             "list",
           ],
         },
       ]
      `);
      expect((await kubectl.json('get rolebinding made')).subjects).toMatchInlineSnapshot(`
       [
         {
           "kind": "ServiceAccount",
           "name": "made",
           "namespace": "default",
         },
       ]
      `);
      expect((await spec('ingress made')).rules).toMatchInlineSnapshot(`
       [
         {
           "host": "made.test",
           "http": {
             "paths": [
               {
                 "backend": {
                   "service": {
                     "name": "made",
                     "port": {
                       "number": 80,
                     },
                   },
                 },
                 "path": "/",
                 "pathType": "Exact",
               },
             ],
           },
         },
       ]
      `);
      expect((await spec('job made')).template.spec.containers[0].image).toBe('job:1');
      expect((await spec('cronjob made')).schedule).toBe('*/5 * * * *');
      expect((await spec('poddisruptionbudget made')).minAvailable).toBe(1);
    });

    it('makes nothing in a dry run', async () => {
      expect(await kubectl.run('create deployment dry --image=web:1 --dry-run=server')).toMatchInlineSnapshot(
        `"deployment.apps/dry created (server dry run)"`,
      );
      expect(await kubectl.run('create configmap dry --from-literal=a=1 --dry-run=client -o yaml')).toMatchInlineSnapshot(`
       "apiVersion: v1
       data:
         a: "1"
       kind: ConfigMap
       metadata:
         name: dry"
      `);
      expect(await kubectl.run('get deployment,configmap dry --ignore-not-found')).toBe('');
    });

    it('gives out a token of a service account', async () => {
      await kubectl.run('create serviceaccount robot');
      expect((await kubectl.raw('create token robot')).stdout.trim().split('.')).toHaveLength(3);
    });

    it('refuses bad names', async () => {
      expect(await kubectl.run('create configmap Bad_Name')).toMatchInlineSnapshot(`
       "[stderr] error: failed to create configmap: ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
       [exit 1]"
      `);
      expect(await kubectl.run('create deployment web --image=web:1')).toMatchInlineSnapshot(`
       "[stderr] error: failed to create deployment: deployments.apps "web" already exists
       [exit 1]"
      `);
    });
  });

  describe('run and expose', () => {
    it('runs a pod', async () => {
      expect(await kubectl.run('run single --image=web:1 --port=8080 --labels=app=single --env=A=1')).toMatchInlineSnapshot(
        `"pod/single created"`,
      );
      expect(await kubectl.run('wait --for=condition=Ready pod/single --timeout=30s')).toMatchInlineSnapshot(`"pod/single condition met"`);
      const pod = await spec('pod single');
      expect([pod.containers[0].env, pod.containers[0].ports, pod.restartPolicy]).toMatchInlineSnapshot(`
       [
         [
           {
             "name": "A",
             "value": "1",
           },
         ],
         [
           {
             "containerPort": 8080,
             "protocol": "TCP",
           },
         ],
         "Always",
       ]
      `);
      expect(await kubectl.run('expose pod single --port=80 --name=exposed-pod')).toMatchInlineSnapshot(`"service/exposed-pod exposed"`);
    });

    it('makes a Service for a Deployment', async () => {
      expect(await kubectl.run('expose deployment web --port=80 --target-port=http --name=exposed')).toMatchInlineSnapshot(
        `"service/exposed exposed"`,
      );
      const { selector, ports } = await spec('service exposed');
      expect([selector, ports]).toMatchInlineSnapshot(`
       [
         {
           "app": "web",
         },
         [
           {
             "port": 80,
             "protocol": "TCP",
             "targetPort": "http",
           },
         ],
       ]
      `);
      expect(await kubectl.run('expose deployment web --port=80 --name=exposed')).toMatchInlineSnapshot(`
       "[stderr] Error from server (AlreadyExists): services "exposed" already exists
       [exit 1]"
      `);
    });
  });

  describe('patch', () => {
    it('takes the three kinds of patches', async () => {
      const strategic = { spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } } } };
      expect(await kubectl.run(`patch deployment web -p '${JSON.stringify(strategic)}'`)).toMatchInlineSnapshot(
        `"deployment.apps/web patched"`,
      );
      expect(await kubectl.run(`patch deployment web -p '${JSON.stringify(strategic)}'`)).toMatchInlineSnapshot(
        `"deployment.apps/web patched (no change)"`,
      );
      expect((await spec('deployment web')).template.spec.containers).toMatchObject([
        { name: 'main', image: 'web:1', env: [{ name: 'A' }] },
      ]);
      expect(await kubectl.run(`patch configmap settings --type=merge -p '{"data":{"b":"2","a":null}}'`)).toMatchInlineSnapshot(
        `"configmap/settings patched"`,
      );
      expect(
        await kubectl.run(`patch configmap settings --type=json -p '[{"op":"add","path":"/data/c","value":"3"}]'`),
      ).toMatchInlineSnapshot(`"configmap/settings patched"`);
      expect((await kubectl.json('get configmap settings')).data).toEqual({ b: '2', c: '3' });
    });

    it('refuses what does not fit', async () => {
      expect(await kubectl.run(`patch configmap settings --type=json -p '[{"op":"test","path":"/data/c","value":"4"}]'`))
        .toMatchInlineSnapshot(`
       "[stderr] The request is invalid: the server rejected our request due to an error in our request
       [exit 1]"
      `);
      expect(await kubectl.run(`patch configmap settings --type=json -p '[{"op":"remove","path":"/data/none"}]'`)).toMatchInlineSnapshot(`
       "[stderr] The request is invalid: the server rejected our request due to an error in our request
       [exit 1]"
      `);
      expect(await kubectl.run(`patch deployment web -p '{"spec":{"replicas":-1}}'`)).toMatchInlineSnapshot(`
       "[stderr] The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
       [exit 1]"
      `);
      expect(await kubectl.run(`patch deployment nothing -p '{}'`)).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): deployments.apps "nothing" not found
       [exit 1]"
      `);
      expect(await kubectl.run(`patch deployment web -p '{"metadata":{"name":"other"}}'`)).toMatchInlineSnapshot(`
       "[stderr] Error from server (BadRequest): the name of the object (other) does not match the name on the URL (web)
       [exit 1]"
      `);
      expect(await kubectl.run(`patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`)).toMatchInlineSnapshot(`
       "[stderr] The Deployment "web" is invalid:
       * spec.template.metadata.labels: Invalid value: {"app":"web"}: \`selector\` does not match template \`labels\`
       * spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable
       [exit 1]"
      `);
    });

    it('reaches the status of a custom resource', async () => {
      const canary = {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: 'patched' },
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' },
          service: { port: 80 },
          analysis: { interval: '1m', threshold: 1, stepWeight: 10, maxWeight: 50 },
          suspend: true,
        },
      };
      expect(await kubectl.run('apply -f -', { input: canary })).toMatchInlineSnapshot(`"canary.flagger.app/patched created"`);
      expect(
        await kubectl.run(`patch canary patched --subresource=status --type=merge -p '{"status":{"phase":"Failed"}}'`),
      ).toMatchInlineSnapshot(`"canary.flagger.app/patched patched"`);
      expect(await kubectl.run(`patch canary patched -p '{}'`)).toMatchInlineSnapshot(`
       "[stderr] error: application/strategic-merge-patch+json is not supported by flagger.app/v1beta1, Kind=Canary: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml
       [exit 1]"
      `);
      expect(await kubectl.run("get canary patched -o 'jsonpath={.status.phase}'")).toBe('Failed');
      expect(await kubectl.run('get canary patched --subresource=status -o name')).toMatchInlineSnapshot(`"canary.flagger.app/patched"`);
    });
  });

  describe('label and annotate', () => {
    it('set, keep, overwrite and remove', async () => {
      expect(await kubectl.run('label deployment web tier=front')).toMatchInlineSnapshot(`"deployment.apps/web labeled"`);
      expect(await kubectl.run('label deployment web tier=front')).toMatchInlineSnapshot(`"deployment.apps/web not labeled"`);
      expect(await kubectl.run('label deployment web tier=back')).toMatchInlineSnapshot(`
       "[stderr] error: 'tier' already has a value (front), and --overwrite is false
       [exit 1]"
      `);
      expect(await kubectl.run('label deployment web tier=back --overwrite')).toMatchInlineSnapshot(`"deployment.apps/web labeled"`);
      expect(await kubectl.run('label deployment web tier-')).toMatchInlineSnapshot(`"deployment.apps/web unlabeled"`);
      expect(await kubectl.run('label deployment web tier-')).toMatchInlineSnapshot(`
       "label "tier" not found.
       deployment.apps/web not labeled"
      `);
      expect(await kubectl.run("label deployment web 'bad=not a label'")).toMatchInlineSnapshot(`
       "[stderr] error: invalid label value: "bad=not a label": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
       [exit 1]"
      `);
      expect(await kubectl.run('label configmap --all set=all')).toMatch(/configmap\/settings labeled/);
      expect(await kubectl.run("annotate deployment web 'note=any text at all'")).toMatchInlineSnapshot(`"deployment.apps/web annotated"`);
      expect(await kubectl.run('annotate deployment web note-')).toMatchInlineSnapshot(`"deployment.apps/web annotated"`);
      expect(await kubectl.run('annotate deployment web a=1 --resource-version=1')).toMatchInlineSnapshot(`
       "[stderr] Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again
       [exit 1]"
      `);
    });
  });

  describe('set', () => {
    it('sets images, variables, resources and the service account', async () => {
      expect(await kubectl.run('set image deployment/web main=web:2')).toMatchInlineSnapshot(`"deployment.apps/web image updated"`);
      expect(await kubectl.run('set image deployment/web none=web:2')).toMatchInlineSnapshot(`
       "[stderr] error: unable to find container named "none"
       [exit 1]"
      `);
      expect(await kubectl.run('set env deployment/web B=2 A-')).toMatchInlineSnapshot(`"deployment.apps/web env updated"`);
      expect(await kubectl.run('set env deployment/web --list')).toMatchInlineSnapshot(`
       "# Deployment web, container main
       B=2"
      `);
      expect(await kubectl.run('set resources deployment web --limits=cpu=200m,memory=64Mi --requests=cpu=1')).toMatchInlineSnapshot(`
       "[stderr] error: failed to patch resources update to pod template Deployment.apps "web" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 200m
       [exit 1]"
      `);
      expect(await kubectl.run('set resources deployment web --limits=cpu=2,memory=64Mi --requests=cpu=1')).toMatchInlineSnapshot(
        `"deployment.apps/web resource requirements updated"`,
      );
      expect(await kubectl.run('set serviceaccount deployment web robot')).toMatchInlineSnapshot(
        `"deployment.apps/web serviceaccount updated"`,
      );
      expect(await kubectl.run('set selector service web app=web,tier=x')).toMatchInlineSnapshot(`"service/web selector updated"`);
      const { containers, serviceAccountName } = (await spec('deployment web')).template.spec;
      expect([containers[0].image, containers[0].env, containers[0].resources, serviceAccountName]).toMatchInlineSnapshot(`
       [
         "web:2",
         [
           {
             "name": "B",
             "value": "2",
           },
         ],
         {
           "limits": {
             "cpu": "2",
             "memory": "64Mi",
           },
           "requests": {
             "cpu": "1",
           },
         },
         "robot",
       ]
      `);
    });
  });

  describe('scale and autoscale', () => {
    it('set the replicas and their limits', async () => {
      expect(await kubectl.run('scale deployment web --replicas=3')).toMatchInlineSnapshot(`"deployment.apps/web scaled"`);
      expect((await spec('deployment web')).replicas).toBe(3);
      expect(await kubectl.run('scale deployment web --replicas=4 --current-replicas=9')).toMatchInlineSnapshot(`
       "[stderr] error: Expected replicas to be 9, was 3
       [exit 1]"
      `);
      expect(await kubectl.run('scale deployment nothing --replicas=4')).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): deployments.apps "nothing" not found
       [exit 1]"
      `);
      expect(await kubectl.run('autoscale deployment web --min=2 --max=5 --cpu=80%')).toMatchInlineSnapshot(
        `"horizontalpodautoscaler.autoscaling/web autoscaled"`,
      );
      expect(await spec('hpa web')).toMatchInlineSnapshot(`
       {
         "maxReplicas": 5,
         "metrics": [
           {
             "resource": {
               "name": "cpu",
               "target": {
                 "averageUtilization": 80,
                 "type": "Utilization",
               },
             },
             "type": "Resource",
           },
         ],
         "minReplicas": 2,
         "scaleTargetRef": {
           "apiVersion": "apps/v1",
           "kind": "Deployment",
           "name": "web",
         },
       }
      `);
      expect(await kubectl.run('get horizontalpodautoscalers.v1.autoscaling web -o yaml')).toMatch(/targetCPUUtilizationPercentage: 80/);
      expect((await kubectl.run('get hpa web')).split('\n')[0]).toMatchInlineSnapshot(
        `"NAME  REFERENCE  TARGETS  MINPODS  MAXPODS  REPLICAS  AGE"`,
      );
      expect(await kubectl.run('autoscale deployment web --max=5')).toMatchInlineSnapshot(`
       "[stderr] error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input
       [exit 1]"
      `);
    });
  });

  describe('edit', () => {
    it('opens what is there and writes what was changed', async () => {
      const editor = await kubectl.file(
        'editor.sh',
        '#!/bin/sh\nsed -i "s/  a: .*/  a: edited/; s/^data:/data:\\n  e: new/" "$1"\n',
        0o700,
      );
      await kubectl.run('apply -f -', { input: configMap('edited', { a: '1' }) });
      expect(await kubectl.run('edit configmap edited', { env: { KUBE_EDITOR: editor } })).toMatchInlineSnapshot(
        `"configmap/edited edited"`,
      );
      expect((await kubectl.json('get configmap edited')).data).toEqual({ a: 'edited', e: 'new' });
      expect(await kubectl.run('edit configmap edited', { env: { KUBE_EDITOR: 'true' } })).toMatchInlineSnapshot(
        `"[stderr] Edit cancelled, no changes made."`,
      );
    });

    it('opens the file again when the server refuses it', async () => {
      const editor = await kubectl.file('negative.sh', '#!/bin/sh\nsed -i "s/  replicas: .*/  replicas: -1/" "$1"\n', 0o700);
      const said = await kubectl.run('edit deployment web', { env: { KUBE_EDITOR: editor } });
      expect(said.replace(/\/tmp\/\S+/, 'FILE')).toMatchInlineSnapshot(`
       "[stderr] error: deployments.apps "web" is invalid
       A copy of your changes has been stored to "FILE
       error: Edit cancelled, no valid changes were saved.
       [exit 1]"
      `);
    });
  });
});
