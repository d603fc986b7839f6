import { Document, type YAMLMap, type YAMLSeq } from 'yaml';
import type { DeclaredRule } from './DeclaredRule';

/** Who gets the rules, and where they hold. */
export interface ManifestOptions {
  /** The namespace of the service account. */
  namespace: string;
  /** The one namespace that the engine watches; the whole cluster without. */
  watched?: string;
}

/** Name of the service account and of what is bound to it. */
const NAME = 'aviary';
const RBAC = 'rbac.authorization.k8s.io';

/** A ServiceAccount with roles and bindings for the rules, as YAML for `kubectl apply -f -`. */
export function renderManifests(rules: readonly DeclaredRule[], { namespace, watched }: ManifestOptions): string {
  const account = document({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace } });
  const subject = { kind: 'ServiceAccount', name: NAME, namespace };
  if (watched === undefined) return join([account, ...granted('Cluster', NAME, undefined, rules, subject)]);
  return join([
    account,
    ...granted(
      '',
      NAME,
      watched,
      rules.filter(({ clusterScoped }) => !clusterScoped),
      subject,
    ),
    // Engines of several namespaces do not share one name.
    ...granted(
      'Cluster',
      `${NAME}-${watched}`,
      undefined,
      rules.filter(({ clusterScoped }) => clusterScoped),
      subject,
    ),
  ]);
}

function granted(
  prefix: 'Cluster' | '',
  name: string,
  namespace: string | undefined,
  rules: readonly DeclaredRule[],
  subject: Record<string, string>,
): Document[] {
  const apiVersion = `${RBAC}/v1`;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const roleRef = { apiGroup: RBAC, kind: `${prefix}Role`, name };
  const role = document({ apiVersion, kind: `${prefix}Role`, metadata, rules: rules.map(bare) });
  (role.get('rules') as YAMLSeq<YAMLMap>).items.forEach((item, index) => {
    item.commentBefore = ` ${rules[index].why}`;
    for (const { value } of item.items) (value as YAMLSeq).flow = true;
  });
  return [role, document({ apiVersion, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects: [subject] })];
}

function bare({ apiGroups, resources, resourceNames, verbs }: DeclaredRule) {
  return { apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }), verbs };
}

function document(object: object): Document {
  return new Document(object, { aliasDuplicateObjects: false });
}

function join(documents: Document[]): string {
  return documents.map((each) => each.toString({ lineWidth: 0, flowCollectionPadding: false })).join('---\n');
}
