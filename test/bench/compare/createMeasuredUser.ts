import type { Cluster } from '../../cluster/startCluster';
import { until } from '../../harness/until';
import { KubeApi } from './KubeApi';
import { FLOW_SCHEMA_PREFIX, VERBS, readRequestCounts } from './readRequestCounts';

const NAMESPACE = 'kube-system';
const NAME = 'measured';
/** Seconds that its token is good for: longer than any measurement. */
const LIFETIME = 6 * 3_600;
const PATIENCE = 30_000;

/**
 * Makes the user as whom the measured system calls the API server: a service account that may do everything, in flow schemas of its own,
 * one for each verb. The API server counts requests by flow schema, so that its own metrics tell this user's requests from those of the
 * controllers, the scheduler, kwok and the bench; `apiserver_request_total` knows no users. The schemas' priority level is the one without
 * limits: API Priority and Fairness counts and holds nobody back.
 *
 * @returns the text of this user's kubeconfig
 */
export async function createMeasuredUser(api: KubeApi, cluster: Cluster): Promise<string> {
  const subject = { kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE };
  await api.create(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: NAME } });
  await api.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: NAME },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [subject],
  });
  for (const verb of VERBS) await api.create('/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas', flowSchema(verb));
  const answer = await api.create(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAME}/token`, {
    spec: { expirationSeconds: LIFETIME },
  });
  const kubeconfig = cluster.kubeconfigFor(NAME, String(answer.status?.token));
  await waitUntilCounted(api, kubeconfig);
  return kubeconfig;
}

function flowSchema(verb: string): object {
  const subjects = [{ kind: 'ServiceAccount', serviceAccount: { name: NAME, namespace: NAMESPACE } }];
  const resourceRules = [{ verbs: [verb], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }];
  const nonResourceRules = [{ verbs: [verb], nonResourceURLs: ['*'] }];
  return {
    metadata: { name: `${FLOW_SCHEMA_PREFIX}${verb}` },
    // Precedence 1 is reserved; 2 comes before everything else that ships with the API server.
    spec: { matchingPrecedence: 2, priorityLevelConfiguration: { name: 'exempt' }, rules: [{ subjects, resourceRules, nonResourceRules }] },
  };
}

/** The API server takes a moment to learn of new flow schemas and bindings. */
async function waitUntilCounted(api: KubeApi, kubeconfig: string): Promise<void> {
  const own = new KubeApi(kubeconfig);
  try {
    const counted = await until(
      async () => {
        const answered = await own.text('/api/v1/namespaces/default').then(
          () => true,
          () => false,
        );
        return answered && readRequestCounts(await api.text('/metrics')).get > 0;
      },
      PATIENCE,
      250,
    );
    if (!counted) throw new Error(`the API server did not count the requests of ${NAMESPACE}/${NAME} within ${PATIENCE / 1_000} s`);
  } finally {
    own.close();
  }
}
