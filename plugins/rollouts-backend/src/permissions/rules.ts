import { createConditionExports, createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { canaryResourceRef } from './canaryResource';

/** Allows what belongs to one of the claims: pass the user's ownership references. */
export const isEntityOwnerRule = createPermissionRule({
  name: 'IS_ENTITY_OWNER',
  description: 'Allow Canaries whose catalogue entity is owned by one of the claims',
  resourceRef: canaryResourceRef,
  paramsSchema: z.object({ claims: z.array(z.string()).describe('Entity references of users and groups') }),
  apply: (canary, { claims }) => canary.owners.some((owner) => claims.includes(owner)),
  toQuery: ({ claims }) => ({ field: 'owner' as const, values: claims }),
});

/** Allows Canaries of some Kubernetes namespaces, in every cluster. */
export const inNamespaceRule = createPermissionRule({
  name: 'IN_NAMESPACE',
  description: 'Allow Canaries in some Kubernetes namespaces',
  resourceRef: canaryResourceRef,
  paramsSchema: z.object({ namespaces: z.array(z.string()).describe('Names of Kubernetes namespaces') }),
  apply: (canary, { namespaces }) => namespaces.includes(canary.key.namespace),
  toQuery: ({ namespaces }) => ({ field: 'namespace' as const, values: namespaces }),
});

/** Allows Canaries of some clusters. */
export const inClusterRule = createPermissionRule({
  name: 'IN_CLUSTER',
  description: 'Allow Canaries in some clusters',
  resourceRef: canaryResourceRef,
  paramsSchema: z.object({ clusters: z.array(z.string()).describe('Names of clusters') }),
  apply: (canary, { clusters }) => clusters.includes(canary.key.cluster),
  toQuery: ({ clusters }) => ({ field: 'cluster' as const, values: clusters }),
});

const rules = { isEntityOwner: isEntityOwnerRule, inNamespace: inNamespaceRule, inCluster: inClusterRule };

/** All rules, for the permission registry. */
export const canaryRules = Object.values(rules);

const exported = createConditionExports({ resourceRef: canaryResourceRef, rules });

/** Conditions for permission policies: `isEntityOwner`, `inNamespace`, `inCluster`. */
export const canaryConditions = exported.conditions;

/** Makes the conditional decision of a permission policy from `canaryConditions`. */
export const createCanaryConditionalDecision = exported.createConditionalDecision;
