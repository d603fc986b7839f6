import { RiRocketLine } from '@remixicon/react';
import type { Entity } from '@backstage/catalog-model';
import { Box } from '@backstage/ui';
import { CANARY_ANNOTATION } from '@aviary/plugin-rollouts-common';
import { CopyButton } from '../parts/CopyButton';

/** What to do where an entity has no Canary: one to copy, and how it is found. */
export function NoCanary({ entity }: { entity: Entity }) {
  const { name, annotations = {} } = entity.metadata;
  const namespace = annotations['backstage.io/kubernetes-namespace'] ?? 'default';
  const yaml = canaryYaml(name, namespace);
  const isKnownToKubernetes = Boolean(annotations['backstage.io/kubernetes-id']);
  return (
    <Box as="section" bg="neutral" className="av-card av-nocanary" aria-label="No Canary yet">
      <div className="av-nocanary-steps">
        <RiRocketLine size={32} className="av-quiet" aria-hidden />
        <h2>No Canary for {name} yet</h2>
        <p className="av-quiet">
          New versions of {name} go to all traffic at once. A Canary moves them step by step and takes them back when a check fails.
        </p>
        <ol>
          <li>
            <strong>Commit a Canary next to the Deployment</strong>
            <p className="av-quiet">The one beside this works as it is with Linkerd and Prometheus.</p>
          </li>
          <li>
            <strong>Link it to this entity</strong>
            <p className="av-quiet">
              {isKnownToKubernetes ? `Nothing to do: ${name} has backstage.io/kubernetes-id. Otherwise add ` : 'Add the annotation '}
              <code>{`${CANARY_ANNOTATION}: ${namespace}/${name}`}</code>.
            </p>
          </li>
          <li>
            <strong>Push a new version</strong>
            <p className="av-quiet">The first rollout shows up here by itself.</p>
          </li>
        </ol>
      </div>
      <div className="av-nocanary-yaml">
        <div className="av-yaml-head">
          <code>canary.yaml</code>
          <CopyButton label="Copy" read={() => yaml} />
        </div>
        <pre tabIndex={0} aria-label="A Canary to begin with">
          {yaml}
        </pre>
      </div>
    </Box>
  );
}

function canaryYaml(name: string, namespace: string): string {
  return `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  provider: linkerd
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  service:
    port: 80
  analysis:
    interval: 30s       # one look each
    threshold: 5        # failures allowed
    maxWeight: 50
    stepWeight: 5
    metrics:
      - name: request-success-rate
        thresholdRange:
          min: 99
        interval: 1m
`;
}
