import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { configMap, deployment, Kubectl, service } from './Kubectl';

jest.setTimeout(120_000);

describe.each(grounds())('kubectl reads on the %s', (name) => {
  let kubectl: Kubectl;

  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'web', annotations: { note: 'for tests' } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      service: { port: 80, targetPort: 8080 },
      analysis: {
        interval: '1m',
        threshold: 5,
        stepWeight: 10,
        maxWeight: 50,
        metrics: [{ name: 'request-success-rate', interval: '1m' }],
      },
      suspend: true,
    },
  };

  beforeAll(async () => {
    kubectl = await Kubectl.onGround(name);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: 'abc' } };
    await kubectl.run('apply -f -', {
      input: [deployment('web', 'web:1'), service('web'), canary, configMap('settings', { b: '2', a: '1' }), secret],
    });
    await kubectl.run(
      `patch canary web --subresource=status --type=merge -p '{"status":{"phase":"Progressing","canaryWeight":20,"failedChecks":1,"iterations":0,"lastTransitionTime":"2026-01-01T00:00:00Z"}}'`,
    );
    await kubectl.run('rollout status deployment/web --timeout=60s');
  });

  afterAll(() => kubectl?.close());

  describe('get', () => {
    it('shows tables of every kind', async () => {
      expect(await kubectl.run('get deployments')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE
       web  2/2  2  2  AGE"
      `);
      expect(await kubectl.run('get deploy -o wide')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR
       web  2/2  2  2  AGE  main  web:1  app=web"
      `);
      expect(await kubectl.run('get rs -o wide')).toMatchInlineSnapshot(`
       "NAME  DESIRED  CURRENT  READY  AGE  CONTAINERS  IMAGES  SELECTOR
       web-HASH  2  2  2  AGE  main  web:1  app=web,pod-template-hash=HASH"
      `);
      expect(await kubectl.run('get pods')).toMatchInlineSnapshot(`
       "NAME  READY  STATUS  RESTARTS  AGE
       web-HASH-POD  1/1  Running  0  AGE
       web-HASH-POD  1/1  Running  0  AGE"
      `);
      expect(await kubectl.run('get svc,cm,secret -l none=here')).toMatchInlineSnapshot(
        `"[stderr] No resources found in NAMESPACE namespace."`,
      );
      expect(await kubectl.run('get svc web -o wide')).toMatchInlineSnapshot(`
       "NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE  SELECTOR
       web  ClusterIP  IP  <none>  80/TCP  AGE  app=web"
      `);
      expect(await kubectl.run('get secret keys')).toMatchInlineSnapshot(`
       "NAME  TYPE  DATA  AGE
       keys  Opaque  1  AGE"
      `);
      expect(await kubectl.run('get configmap settings')).toMatchInlineSnapshot(`
       "NAME  DATA  AGE
       settings  2  AGE"
      `);
      expect(await kubectl.run('get canary')).toMatch(
        /^NAME  STATUS  WEIGHT  LASTTRANSITIONTIME\nweb  Progressing  20  2026-01-01T00:00:00Z|TIME$/,
      );
      expect(await kubectl.run('get canaries.flagger.app -o wide')).toMatchInlineSnapshot(`
       "NAME  STATUS  WEIGHT  SUSPENDED  FAILEDCHECKS  INTERVAL  MIRROR  STEPWEIGHT  STEPWEIGHTS  MAXWEIGHT  LASTTRANSITIONTIME
       web  Progressing  20  true  1  AGE  10  50  TIME"
      `);
      expect(await kubectl.run('get namespace $NAMESPACE'.replace('$NAMESPACE', kubectl.namespace))).toMatchInlineSnapshot(`
       "NAME  STATUS  AGE
       NAMESPACE  Active  AGE"
      `);
      expect(await kubectl.run('get crd canaries.flagger.app')).toMatchInlineSnapshot(`
       "NAME  CREATED AT
       canaries.flagger.app  TIME"
      `);
    });

    it('shows pods with their node and address in the wide table', async () => {
      const [header, ...rows] = (await kubectl.run('get pods -o wide')).split('\n');
      expect(header).toMatchInlineSnapshot(`"NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES"`);
      expect(rows).toHaveLength(2);
    });

    it('shows several kinds, one after the other', async () => {
      expect(await kubectl.run('get deployment/web service/web')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE
       deployment.apps/web  2/2  2  2  AGE

       NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
       service/web  ClusterIP  IP  <none>  80/TCP  AGE"
      `);
      expect(await kubectl.run('get deployment,canary')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE
       deployment.apps/web  2/2  2  2  AGE

       NAME  STATUS  WEIGHT  LASTTRANSITIONTIME
       canary.flagger.app/web  Progressing  20  TIME"
      `);
    });

    it('shows everything of the category all, the Canaries among it', async () => {
      const names = (await kubectl.run('get all -o name'))
        .split('\n')
        .map((line) => line.replace(/-HASH.*/, ''))
        .sort();
      expect(names).toMatchInlineSnapshot(`
       [
         "canary.flagger.app/web",
         "deployment.apps/web",
         "pod/web",
         "pod/web",
         "replicaset.apps/web",
         "service/web",
       ]
      `);
    });

    it('prints names, fields and columns of choice', async () => {
      expect(await kubectl.run('get deployment web -o name')).toMatchInlineSnapshot(`"deployment.apps/web"`);
      expect(
        await kubectl.run("get deployment web -o 'jsonpath={.spec.template.spec.containers[*].image} {.metadata.name}'"),
      ).toMatchInlineSnapshot(`"web:1 web"`);
      expect(await kubectl.run("get cm settings -o 'custom-columns=NAME:.metadata.name,A:.data.a,C:.data.c'")).toMatchInlineSnapshot(`
       "NAME  A  C
       settings  1  <none>"
      `);
      expect(await kubectl.run("get cm settings -o 'go-template={{range $k, $v := .data}}{{$k}}={{$v}};{{end}}'")).toMatchInlineSnapshot(
        `"a=1;b=2;"`,
      );
      expect(await kubectl.run('get cm settings -o yaml')).toMatchInlineSnapshot(`
       "apiVersion: v1
       data:
         a: "1"
         b: "2"
       kind: ConfigMap
       metadata:
         annotations:
           kubectl.kubernetes.io/last-applied-configuration: |
             {"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"settings","namespace":"NAMESPACE"}}
         creationTimestamp: "TIME"
         name: settings
         namespace: NAMESPACE
         resourceVersion: RV
         uid: UID"
      `);
      expect(await kubectl.run('get cm settings --no-headers')).toMatchInlineSnapshot(`"settings  2  AGE"`);
      expect(await kubectl.run('get deployment web --show-labels')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE  LABELS
       web  2/2  2  2  AGE  app=web"
      `);
      expect(await kubectl.run('get deployment web -L app,none')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE  APP  NONE
       web  2/2  2  2  AGE  web"
      `);
      expect(await kubectl.run('get deployment web --show-kind')).toMatchInlineSnapshot(`
       "NAME  READY  UP-TO-DATE  AVAILABLE  AGE
       deployment.apps/web  2/2  2  2  AGE"
      `);
    });

    it('prints a Deployment as it stands', async () => {
      const { status: _, ...object } = await kubectl.json('get deployment web');
      object.metadata = {
        ...object.metadata,
        annotations: undefined,
        uid: 'UID',
        resourceVersion: 'RV',
        creationTimestamp: 'TIME',
        namespace: 'NAMESPACE',
      };
      expect(object).toMatchInlineSnapshot(`
       {
         "apiVersion": "apps/v1",
         "kind": "Deployment",
         "metadata": {
           "annotations": undefined,
           "creationTimestamp": "TIME",
           "generation": 1,
           "labels": {
             "app": "web",
           },
           "name": "web",
           "namespace": "NAMESPACE",
           "resourceVersion": "RV",
           "uid": "UID",
         },
         "spec": {
           "progressDeadlineSeconds": 600,
           "replicas": 2,
           "revisionHistoryLimit": 10,
           "selector": {
             "matchLabels": {
               "app": "web",
             },
           },
           "strategy": {
             "rollingUpdate": {
               "maxSurge": "25%",
               "maxUnavailable": "25%",
             },
             "type": "RollingUpdate",
           },
           "template": {
             "metadata": {
               "labels": {
                 "app": "web",
               },
             },
             "spec": {
               "containers": [
                 {
                   "image": "web:1",
                   "imagePullPolicy": "IfNotPresent",
                   "name": "main",
                   "ports": [
                     {
                       "containerPort": 8080,
                       "name": "http",
                       "protocol": "TCP",
                     },
                   ],
                   "resources": {},
                   "terminationMessagePath": "/dev/termination-log",
                   "terminationMessagePolicy": "File",
                 },
               ],
               "dnsPolicy": "ClusterFirst",
               "restartPolicy": "Always",
               "schedulerName": "default-scheduler",
               "securityContext": {},
               "terminationGracePeriodSeconds": 30,
             },
           },
         },
       }
      `);
    });

    it('prints a Service and a Canary as they stand', async () => {
      expect(await kubectl.run("get service web -o 'jsonpath={.spec}'")).toMatchInlineSnapshot(
        `"{"clusterIP":"IP","clusterIPs":["IP"],"internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":"http"}],"selector":{"app":"web"},"sessionAffinity":"None","type":"ClusterIP"}"`,
      );
      const { metadata, spec } = await kubectl.json('get canary web');
      expect([metadata.generation, Object.keys(metadata).sort(), spec]).toMatchInlineSnapshot(`
       [
         1,
         [
           "annotations",
           "creationTimestamp",
           "generation",
           "name",
           "namespace",
           "resourceVersion",
           "uid",
         ],
         {
           "analysis": {
             "interval": "1m",
             "maxWeight": 50,
             "metrics": [
               {
                 "interval": "1m",
                 "name": "request-success-rate",
               },
             ],
             "stepWeight": 10,
             "threshold": 5,
           },
           "service": {
             "port": 80,
             "targetPort": 8080,
           },
           "suspend": true,
           "targetRef": {
             "apiVersion": "apps/v1",
             "kind": "Deployment",
             "name": "web",
           },
         },
       ]
      `);
    });

    it('chooses by label and by field', async () => {
      await kubectl.run('apply -f -', {
        input: ['one', 'two', 'three'].map((one) => ({
          ...configMap(`chosen-${one}`, {}),
          metadata: { name: `chosen-${one}`, labels: { number: one, set: 'chosen' } },
        })),
      });
      const names = (line: string) => kubectl.run(`get cm -o name ${line}`);
      expect(await names('-l set=chosen')).toMatchInlineSnapshot(`
       "configmap/chosen-one
       configmap/chosen-three
       configmap/chosen-two"
      `);
      expect(await names("-l 'number in (one,two)'")).toMatchInlineSnapshot(`
       "configmap/chosen-one
       configmap/chosen-two"
      `);
      expect(await names('-l set=chosen,number!=one')).toMatchInlineSnapshot(`
       "configmap/chosen-three
       configmap/chosen-two"
      `);
      expect(await names("-l '!number,set=chosen'")).toBe('');
      expect(await names('--field-selector metadata.name=chosen-two')).toMatchInlineSnapshot(`"configmap/chosen-two"`);
      expect(await names('--field-selector metadata.name!=chosen-two -l set=chosen')).toMatchInlineSnapshot(`
       "configmap/chosen-one
       configmap/chosen-three"
      `);
      expect(await names("-l 'set=='")).toBe('');
      expect(await names("-l 'set in'")).toMatch(/BadRequest.*unable to parse requirement/);
      expect(await names('--field-selector data.a=1')).toMatchInlineSnapshot(`
       "[stderr] Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "", field selector "data.a=1": "data.a" is not a known field selector: only "metadata.name", "metadata.namespace"
       [exit 1]"
      `);
      expect(await kubectl.run('get pods --field-selector status.phase=Running -l app=web')).toMatchInlineSnapshot(`
       "NAME  READY  STATUS  RESTARTS  AGE
       web-HASH-POD  1/1  Running  0  AGE
       web-HASH-POD  1/1  Running  0  AGE"
      `);
      expect(await kubectl.run('get pods --field-selector status.phase=Failed')).toMatchInlineSnapshot(
        `"[stderr] No resources found in NAMESPACE namespace."`,
      );
    });

    it('sorts by a field', async () => {
      const make = (metadataName: string, order: string) => ({
        ...configMap(metadataName, { order }),
        metadata: { name: metadataName, labels: { sorted: 'yes' } },
      });
      await kubectl.run('apply -f -', { input: [make('sorted-a', '2'), make('sorted-b', '1'), make('sorted-c', '3')] });
      expect(await kubectl.run('get cm -l sorted=yes --sort-by=.data.order -o name')).toMatchInlineSnapshot(`""`);
      expect(await kubectl.run('get cm -l sorted=yes --sort-by=.data.order --no-headers')).toMatchInlineSnapshot(
        `"[stderr] No resources found in NAMESPACE namespace."`,
      );
    });

    it('looks into all namespaces, page by page', async () => {
      const lines = (await kubectl.run('get configmaps -A --chunk-size=2 -l set=chosen')).split('\n');
      expect(lines).toMatchInlineSnapshot(`
       [
         "NAMESPACE  NAME  DATA  AGE",
         "NAMESPACE  chosen-one  0  AGE",
         "NAMESPACE  chosen-three  0  AGE",
         "NAMESPACE  chosen-two  0  AGE",
       ]
      `);
    });

    it('says what it does not find', async () => {
      expect(await kubectl.run('get deployment nothing')).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): deployments.apps "nothing" not found
       [exit 1]"
      `);
      expect(await kubectl.run('get deployment nothing --ignore-not-found')).toBe('');
      expect(await kubectl.run('get nothings')).toMatchInlineSnapshot(`
       "[stderr] error: the server doesn't have a resource type "nothings"
       [exit 1]"
      `);
      expect(await kubectl.run('get daemonsets')).toMatchInlineSnapshot(`"[stderr] No resources found in NAMESPACE namespace."`);
      expect(await kubectl.run('get deployment -n not-there')).toMatchInlineSnapshot(
        `"[stderr] No resources found in not-there namespace."`,
      );
      expect(await kubectl.run('get --raw /api/v1/nothings')).toMatchInlineSnapshot(`
       "[stderr] Error from server (NotFound): the server could not find the requested resource
       [exit 1]"
      `);
    });

    it('watches until it is stopped', async () => {
      const abort = new AbortController();
      await kubectl.run('create configmap watched');
      let seen = '';
      const watching = kubectl.raw('get configmap watched -w --output-watch-events', {
        signal: abort.signal,
        onStdout: (text) => {
          seen = text;
          if (text.includes('DELETED')) abort.abort();
        },
      });
      expect(await until(() => seen.includes('ADDED'), 15_000)).toBe(true);
      await kubectl.run(`patch configmap watched -p '{"data":{"a":"1"}}'`);
      await kubectl.run('delete configmap watched');
      const { stdout } = await watching;
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.replace(/ +\S+$/, '').replace(/ +/g, ' ')),
      ).toMatchInlineSnapshot(`
       [
         "EVENT NAME DATA",
         "ADDED watched 0",
         "MODIFIED watched 1",
         "DELETED watched 1",
       ]
      `);
    });
  });

  describe('describe', () => {
    it('tells all about a Deployment', async () => {
      expect((await kubectl.run('describe deployment web')).replace(/(OldReplicaSets|NewReplicaSet):.*/g, (line) => line))
        .toMatchInlineSnapshot(`
       "Name:  web
       Namespace:  NAMESPACE
       CreationTimestamp:  TIME
       Labels:  app=web
       Annotations:  deployment.kubernetes.io/revision: 1
       Selector:  app=web
       Replicas:  2 desired | 2 updated | 2 total | 2 available | 0 unavailable
       StrategyType:  RollingUpdate
       MinReadySeconds:  0
       RollingUpdateStrategy:  25% max unavailable, 25% max surge
       Pod Template:
         Labels:  app=web
         Containers:
          main:
           Image:  web:1
           Port:  8080/TCP (http)
           Host Port:  0/TCP (http)
           Environment:  <none>
           Mounts:  <none>
         Volumes:  <none>
         Node-Selectors:  <none>
         Tolerations:  <none>
       Conditions:
         Type  Status  Reason
         ----  ------  ------
         Available  True  MinimumReplicasAvailable
         Progressing  True  NewReplicaSetAvailable
       OldReplicaSets:  <none>
       NewReplicaSet:  web-HASH (2/2 replicas created)
       Events:
         Type  Reason  Age  From  Message
         ----  ------  ----  ----  -------
         Normal  ScalingReplicaSet  AGE  deployment-controller  Scaled up replica set web-HASH from 0 to 2"
      `);
    });

    it('tells all about a Service', async () => {
      expect((await kubectl.run('describe service web')).replace(/Endpoints:.*/, 'Endpoints: ENDPOINTS')).toMatchInlineSnapshot(`
       "Name:  web
       Namespace:  NAMESPACE
       Labels:  <none>
       Annotations:  <none>
       Selector:  app=web
       Type:  ClusterIP
       IP Family Policy:  SingleStack
       IP Families:  IPv4
       IP:  IP
       IPs:  IP
       Port:  http  80/TCP
       TargetPort:  http/TCP
       Endpoints: ENDPOINTS
       Session Affinity:  None
       Internal Traffic Policy:  Cluster
       Events:  <none>"
      `);
    });

    it('tells all about a Canary', async () => {
      expect((await kubectl.run('describe canary web')).replace(/Resource Version: .*/, 'Resource Version: RV')).toMatchInlineSnapshot(`
       "Name:  web
       Namespace:  NAMESPACE
       Labels:  <none>
       Annotations:  note: for tests
       API Version:  flagger.app/v1beta1
       Kind:  Canary
       Metadata:
         Creation Timestamp:  TIME
         Generation:  1
         Resource Version: RV
         UID:  UID
       Spec:
         Analysis:
           Interval:  AGE
           Max Weight:  50
           Metrics:
             Interval:  AGE
             Name:  request-success-rate
           Step Weight:  10
           Threshold:  5
         Service:
           Port:  80
           Target Port:  8080
         Suspend:  true
         Target Ref:
           API Version:  apps/v1
           Kind:  Deployment
           Name:  web
       Status:
         Canary Weight:  20
         Failed Checks:  1
         Iterations:  0
         Last Transition Time:  TIME
         Phase:  Progressing
       Events:  <none>"
      `);
    });

    it('tells all about a ConfigMap, a Secret and a namespace', async () => {
      expect(await kubectl.run('describe configmap settings')).toMatchInlineSnapshot(`
       "Name:  settings
       Namespace:  NAMESPACE
       Labels:  <none>
       Annotations:  <none>

       Data
       ====
       a:
       ----
       1

       b:
       ----
       2


       BinaryData
       ====

       Events:  <none>"
      `);
      expect(await kubectl.run('describe secret keys')).toMatchInlineSnapshot(`
       "Name:  keys
       Namespace:  NAMESPACE
       Labels:  <none>
       Annotations:  <none>

       Type:  Opaque

       Data
       ====
       token:  3 bytes"
      `);
      expect(await kubectl.run(`describe namespace ${kubectl.namespace}`)).toMatchInlineSnapshot(`
       "Name:  NAMESPACE
       Labels:  kubernetes.io/metadata.name=NAMESPACE
       Annotations:  <none>
       Status:  Active

       No resource quota.

       No LimitRange resource."
      `);
    });

    it('tells of events', async () => {
      const { metadata } = await kubectl.json('get canary web');
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'web.1' },
        involvedObject: { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', namespace: kubectl.namespace, uid: metadata.uid },
        type: 'Warning',
        reason: 'Synced',
        message: 'Halt advancement',
        source: { component: 'flagger' },
        firstTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
        lastTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
        count: 3,
      };
      await kubectl.run('create -f -', { input: event });
      expect((await kubectl.run('describe canary web')).split('Events:')[1]).toMatchInlineSnapshot(`
       "
         Type  Reason  Age  From  Message
         ----  ------  ----  ----  -------
         Warning  Synced  AGE (x3 over AGE)  flagger  Halt advancement"
      `);
      expect(await kubectl.run('events --for canary/web')).toMatchInlineSnapshot(`
       "LAST SEEN  TYPE  REASON  OBJECT  MESSAGE
       AGE (x3 over AGE)  Warning  Synced  Canary/web  Halt advancement"
      `);
      expect(await kubectl.run('events --for canary/web --types=Normal')).toMatchInlineSnapshot(
        `"[stderr] No events found in NAMESPACE namespace."`,
      );
      expect(await kubectl.run('get events --field-selector involvedObject.kind=Canary')).toMatchInlineSnapshot(`
       "LAST SEEN  TYPE  REASON  OBJECT  MESSAGE
       AGE  Warning  Synced  canary/web  Halt advancement"
      `);
      expect(await kubectl.run('get events --field-selector involvedObject.name=web,type=Warning -o wide')).toMatchInlineSnapshot(`
       "LAST SEEN  TYPE  REASON  OBJECT  SUBOBJECT  SOURCE  MESSAGE  FIRST SEEN  COUNT  NAME
       AGE  Warning  Synced  canary/web  flagger  Halt advancement  AGE  3  web.1"
      `);
      const reasons = await kubectl.run("get events -o 'custom-columns=K:.involvedObject.kind,R:.reason,T:.type' --no-headers");
      const kinds = new Set(reasons.split('\n').filter((line) => /^(Deployment|Canary)/.test(line)));
      expect([...kinds].sort()).toMatchInlineSnapshot(`
       [
         "Canary  Synced  Warning",
         "Deployment  ScalingReplicaSet  Normal",
       ]
      `);
    });
  });

  describe('the API', () => {
    it('is explained', async () => {
      // What stands above the descriptions: the sandbox does not carry Kubernetes' texts.
      const explained = async (path: string) => (await kubectl.run(`explain ${path}`)).split('\n\n\n')[0];
      expect(await explained('deployment.spec.replicas')).toBe(
        'GROUP:  apps\nKIND:  Deployment\nVERSION:  v1\n\nFIELD: replicas <integer>',
      );
      expect(await explained('deployment.spec')).toBe('GROUP:  apps\nKIND:  Deployment\nVERSION:  v1\n\nFIELD: spec <DeploymentSpec>');
      expect(await explained('pod.spec.containers.ports')).toBe('KIND:  Pod\nVERSION:  v1\n\nFIELD: ports <[]ContainerPort>');
      expect((await kubectl.run('explain canary.spec.analysis')).split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
       "GROUP:  flagger.app
       KIND:  Canary
       VERSION:  v1beta1
       "
      `);
      expect(await explained('canary.spec.analysis.interval')).toMatch(/FIELD: interval <string>/);
      expect(await explained('deployment.spec.nothing')).toMatchInlineSnapshot(`
       "GROUP:  apps
       KIND:  Deployment
       VERSION:  v1
       [stderr] error: field "nothing" does not exist
       [exit 1]"
      `);
      expect(await explained('nothings')).toMatchInlineSnapshot(`
       "[stderr] the server doesn't have a resource type "nothings"
       [exit 1]"
      `);
    });

    it('lists its kinds and versions', async () => {
      const lines = async (line: string) => (await kubectl.run(line)).split('\n').map((row) => row.trim());
      const known = ['deployments', 'canaries', 'services', 'pods', 'configmaps', 'secrets', 'namespaces', 'events', 'metrictemplates'];
      const resources = (await lines('api-resources')).filter((row) => known.includes(row.split(' ')[0]));
      expect(resources).toMatchInlineSnapshot(`
       [
         "configmaps  cm  v1  true  ConfigMap",
         "events  ev  v1  true  Event",
         "namespaces  ns  v1  false  Namespace",
         "pods  po  v1  true  Pod",
         "secrets  v1  true  Secret",
         "services  svc  v1  true  Service",
         "deployments  deploy  apps/v1  true  Deployment",
         "events  ev  events.k8s.io/v1  true  Event",
         "canaries  flagger.app/v1beta1  true  Canary",
         "metrictemplates  flagger.app/v1beta1  true  MetricTemplate",
       ]
      `);
      expect(await lines('api-resources --api-group=flagger.app -o name')).toMatchInlineSnapshot(`
       [
         "alertproviders.flagger.app",
         "canaries.flagger.app",
         "metrictemplates.flagger.app",
       ]
      `);
      expect(await lines('api-resources --namespaced=false -o name')).toEqual(
        expect.arrayContaining(['namespaces', 'nodes', 'customresourcedefinitions.apiextensions.k8s.io']),
      );
      expect((await lines('api-resources --categories=all -o name')).sort()).toMatchInlineSnapshot(`
       [
         "alertproviders.flagger.app",
         "canaries.flagger.app",
         "cronjobs.batch",
         "daemonsets.apps",
         "deployments.apps",
         "horizontalpodautoscalers.autoscaling",
         "jobs.batch",
         "metrictemplates.flagger.app",
         "pods",
         "replicasets.apps",
         "replicationcontrollers",
         "services",
         "statefulsets.apps",
       ]
      `);
      expect(await lines('api-versions')).toEqual(expect.arrayContaining(['apps/v1', 'autoscaling/v2', 'flagger.app/v1beta1', 'v1']));
    });

    it('tells its version and address', async () => {
      const { clientVersion, serverVersion } = await kubectl.json('version');
      expect([clientVersion.major, serverVersion.major, /^v1\.3\d\./.test(serverVersion.gitVersion)]).toEqual(['1', '1', true]);
      expect((await kubectl.run('version')).split('\n').map((line) => line.replace(/v1.*/, ''))).toMatchInlineSnapshot(`
       [
         "Client Version: ",
         "Kustomize Version: v5.7.1",
         "Server Version: ",
       ]
      `);
      expect((await kubectl.run('cluster-info')).replace(/\u001b\[[\d;]*m/g, '').split('\n')[0]).toMatchInlineSnapshot(
        `"Kubernetes control plane is running at SERVER"`,
      );
    });

    it('says what one may do', async () => {
      expect(await kubectl.run('auth can-i delete deployments')).toMatchInlineSnapshot(`"yes"`);
      expect(await kubectl.run('auth can-i get canaries.flagger.app -A')).toMatchInlineSnapshot(`"yes"`);
      expect((await kubectl.raw('auth whoami')).code).toBe(0);
      expect((await kubectl.run('auth can-i --list')).split('\n')[0]).toMatchInlineSnapshot(
        `"Resources  Non-Resource URLs  Resource Names  Verbs"`,
      );
    });

    it('is reached by the configuration, which hides secrets', async () => {
      expect(await kubectl.run("config view --minify -o 'jsonpath={.contexts[0].context.namespace}'")).toMatchInlineSnapshot(`"NAMESPACE"`);
      expect(await kubectl.run("config view --minify -o 'jsonpath={.users[0].user.token}'")).toMatchInlineSnapshot(`"REDACTED"`);
      expect((await kubectl.raw('config current-context')).code).toBe(0);
    });

    it('has no metrics of pods and nodes', async () => {
      expect(await kubectl.run('top pods')).toMatchInlineSnapshot(`
       "[stderr] error: Metrics API not available
       [exit 1]"
      `);
      expect(await kubectl.run('top nodes')).toMatchInlineSnapshot(`
       "[stderr] error: Metrics API not available
       [exit 1]"
      `);
    });

    it('answers raw paths', async () => {
      expect(await kubectl.run('get --raw /readyz')).toBe('ok');
      expect(JSON.parse((await kubectl.raw('get --raw /version')).stdout)).toMatchObject({ major: '1' });
    });
  });
});
