import { useSearchParams } from 'react-router-dom';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { getEntityRelations, useEntity } from '@backstage/plugin-catalog-react';
import { useApi } from '@backstage/frontend-plugin-api';
import { formatCanaryRef } from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';
import { useAsked } from '../live/useAsked';
import { useRolloutSignals } from '../live/useRolloutSignals';
import { AnswerProblem, SupportDetails } from '../parts/AnswerProblem';
import { isForbidden } from '../parts/answerError';
import { NoPermission } from '../parts/NoPermission';
import { PluginRoot } from '../parts/PluginRoot';
import { CanaryLoading } from './CanaryLoading';
import { CanaryPicker } from './CanaryPicker';
import { CanaryView } from './CanaryView';
import { NoCanary } from './NoCanary';

const MOST_CANARIES = 20;

/** The tab on an entity's page: the Canary bound to it, or the chosen one of several. */
export function EntityRollouts() {
  const api = useApi(rolloutsApiRef);
  const { entity } = useEntity();
  const [params, setParams] = useSearchParams();
  const entityRef = stringifyEntityRef(entity);
  const every = useRolloutSignals((ref) => known.includes(ref) || asked.askSoon());
  const asked = useAsked({
    question: entityRef,
    every,
    ask: () => api.list({ entity: entityRef, limit: MOST_CANARIES }),
  });
  const rollouts = asked.value?.items ?? [];
  const known = rollouts.map((rollout) => formatCanaryRef(rollout.key));
  if (isForbidden(asked.error)) {
    const owner = getEntityRelations(entity, 'ownedBy')[0]?.name;
    return (
      <PluginRoot>
        <NoPermission of={entity.metadata.title ?? entity.metadata.name} owner={owner} />
      </PluginRoot>
    );
  }
  if (asked.value === undefined) {
    return <PluginRoot>{asked.error ? <NothingLoaded asked={asked} error={asked.error} /> : <CanaryLoading />}</PluginRoot>;
  }
  if (rollouts.length === 0) {
    return (
      <PluginRoot>
        <NoCanary entity={entity} />
      </PluginRoot>
    );
  }
  const chosen = rollouts.find((rollout) => formatCanaryRef(rollout.key) === params.get('canary')) ?? rollouts[0];
  const ref = formatCanaryRef(chosen.key);
  return (
    <PluginRoot>
      {rollouts.length > 1 && <CanaryPicker rollouts={rollouts} chosen={ref} onChange={(canary) => setParams({ canary })} />}
      <CanaryView key={ref} canaryKey={chosen.key} />
    </PluginRoot>
  );
}

function NothingLoaded({ asked, error }: { asked: Parameters<typeof AnswerProblem>[0]['asked']; error: Error }) {
  return (
    <>
      <AnswerProblem asked={asked} />
      <SupportDetails error={error} />
    </>
  );
}
