import { notFound } from '../ApiError';
import { isRecord } from '../json';
import { parseObject } from './readBody';
import type { Reply, ResourceRequest } from './ResourceRequest';

/** Kinds that are answered and never stored, by group and plural. */
const REVIEWS: Readonly<Record<string, string>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': 'SelfSubjectAccessReview',
  'authorization.k8s.io/selfsubjectrulesreviews': 'SelfSubjectRulesReview',
  'authentication.k8s.io/selfsubjectreviews': 'SelfSubjectReview',
};
const STATUSES: Readonly<Record<string, object>> = {
  SelfSubjectAccessReview: { allowed: true, reason: 'the sandbox allows everything' },
  SelfSubjectRulesReview: {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  },
  SelfSubjectReview: { userInfo: { username: 'sandbox', groups: ['system:masters', 'system:authenticated'] } },
};
/** A service account's token lives this long unless the request says otherwise, in seconds. */
const TOKEN_LIFE = 3600;

/**
 * POST of a review of oneself: who one is, what one may do. Everything is allowed, as everything is. Undefined when the path asks for
 * something else.
 */
export function answerReview(
  path: { group: string; version: string; plural: string },
  body: Buffer,
  contentType: string,
): Reply | undefined {
  const kind = REVIEWS[`${path.group}/${path.plural}`];
  if (kind === undefined || path.version !== 'v1') return undefined;
  const spec = specIn(body, contentType);
  return { code: 201, body: { kind, apiVersion: `${path.group}/${path.version}`, metadata: {}, spec, status: STATUSES[kind] } };
}

/** POST of `serviceaccounts/<name>/token`: a token that nobody checks. */
export function createToken({ store, clock, type, namespace, name, body, contentType }: ResourceRequest): Reply {
  if (!store.get(type.id, namespace, name!)) throw notFound(type, name!);
  const spec = specIn(body, contentType);
  const seconds: number = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : TOKEN_LIFE;
  const expirationTimestamp = new Date(clock.now() + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return {
    code: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: null },
      spec: { ...spec, expirationSeconds: seconds },
      status: { token: `sandbox.${namespace}.${name}`, expirationTimestamp },
    },
  };
}

/** What was asked; kubectl asks in protobuf, and no answer depends on it. */
function specIn(body: Buffer, contentType: string): Record<string, unknown> {
  if (contentType.startsWith('application/vnd.kubernetes.protobuf')) return {};
  const { spec } = parseObject(body, contentType);
  return isRecord(spec) ? spec : {};
}
