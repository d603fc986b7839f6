import type { DeclaredRule } from './DeclaredRule';

/** What of the configuration decides about permissions. */
export interface RuleSettings {
  /** ConfigMaps and Secrets of pod templates are tracked and copied. */
  configTracking: boolean;
  /** In-cluster addresses are reached through the API server. */
  throughApiServer: boolean;
}

const FLAGGER = 'flagger.app';
const WATCH = ['list', 'watch'];

/**
 * Everything that the engine itself does in a cluster, apart from what the providers declare. `test/rbac` runs it with
 * exactly these and compares with what the API server was asked for: a new kind of request needs a line here.
 */
export function engineRules({ configTracking, throughApiServer }: RuleSettings): DeclaredRule[] {
  return [
    rule(FLAGGER, 'canaries', [...WATCH, 'patch'], 'the work; patched for the finalizer alone'),
    rule(FLAGGER, 'canaries/status', ['patch'], 'phase, weight and conditions'),
    rule(
      FLAGGER,
      'canaries/finalizers',
      ['update'],
      'never requested: where OwnerReferencesPermissionEnforcement is on (OpenShift), whoever makes a Canary the owner of objects needs it',
    ),
    rule(FLAGGER, ['metrictemplates', 'alertproviders'], WATCH, 'what Canaries refer to'),
    rule('apps', 'deployments', [...WATCH, 'create', 'update', 'patch'], 'targets are scaled; primaries are made, promoted and marked'),
    rule('', 'services', [...WATCH, 'get', 'create', 'update'], 'apex, primary and canary; got to tell who changed one'),
    rule('discovery.k8s.io', 'endpointslices', WATCH, 'nothing is sent to a version without ready endpoints'),
    rule('autoscaling', 'horizontalpodautoscalers', [...WATCH, 'create', 'update'], 'autoscalerRef, and its copy for the primary'),
    ...(configTracking
      ? [
          rule('', ['configmaps', 'secrets'], ['get', 'create', 'update'], 'config tracking: checksums, and copies for the primary'),
          rule(
            '',
            ['configmaps', 'secrets'],
            WATCH,
            'config tracking: their metadata alone is asked for, which a role cannot express; configTracking: false does without',
          ),
        ]
      : [rule('', 'secrets', ['get'], 'secretRef of MetricTemplates and AlertProviders, by name')]),
    rule('', 'events', ['create', 'patch'], 'events about Canaries; a repeated one is counted up'),
    ...(throughApiServer
      ? [
          {
            ...rule(
              '',
              'services/proxy',
              ['get', 'create'],
              'from outside the cluster: metric servers and webhooks at in-cluster addresses',
            ),
            option: '--outside',
          },
        ]
      : []),
    {
      ...rule('', 'namespaces', ['get'], 'its uid tells clusters apart in the database'),
      resourceNames: ['kube-system'],
      clusterScoped: true,
    },
    {
      ...rule('apiextensions.k8s.io', 'customresourcedefinitions', ['get'], 'to warn of fields that the installed definition drops'),
      resourceNames: ['canaries.flagger.app'],
      clusterScoped: true,
    },
  ];
}

function rule(group: string, resources: string | string[], verbs: string[], why: string): DeclaredRule {
  return { apiGroups: [group], resources: [resources].flat(), verbs, why };
}
