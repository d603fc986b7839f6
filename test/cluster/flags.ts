import { join } from 'node:path';

const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'daemonset-controller',
  'horizontal-pod-autoscaler-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
];

/** The folder is the cluster's, with certificates, keys and kubeconfigs as `startCluster` writes them. */
export function etcdFlags(folder: string, url: string, peerPort: number): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    // Tests survive the loss of a test cluster's data.
    '--unsafe-no-fsync=true',
    '--log-level=warn',
  ];
}

/** Every user has a static token; service accounts work as in any cluster. */
export function apiServerFlags(folder: string, etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${join(folder, 'serviceaccounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'serviceaccounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--allow-privileged=true',
    // There is no network in which the API server could be reached as a Service.
    '--endpoint-reconciler-type=none',
    // Nobody would take the taint of a new node away: the node controller does not run.
    '--disable-admission-plugins=TaintNodesByCondition',
  ];
}

/** Only the controllers that the product meets. */
export function controllerManagerFlags(folder: string, port: number): string[] {
  return [
    `--kubeconfig=${join(folder, 'kube-controller-manager.kubeconfig')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'kube-controller-manager')}`,
    `--service-account-private-key-file=${join(folder, 'serviceaccounts.key')}`,
    `--root-ca-file=${join(folder, 'certificates', 'apiserver.crt')}`,
    '--kube-api-qps=400',
    '--kube-api-burst=800',
    `--controllers=${CONTROLLERS.join(',')}`,
  ];
}

export function schedulerFlags(folder: string, port: number): string[] {
  return [
    `--kubeconfig=${join(folder, 'kube-scheduler.kubeconfig')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'kube-scheduler')}`,
    '--kube-api-qps=400',
    '--kube-api-burst=800',
  ];
}

export function kwokFlags(folder: string, stages: string): string[] {
  return [
    `--kubeconfig=${join(folder, 'kwok.kubeconfig')}`,
    `--config=${stages}`,
    '--manage-all-nodes=true',
    '--node-ip=10.255.0.1',
    '--cidr=10.240.0.0/14',
  ];
}
