import { useState } from 'react';
import { RiCodeSSlashLine } from '@remixicon/react';
import { Box, Button } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import type { CanaryKey, Decision } from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';
import { formatDuration } from '../format/formatDuration';
import { checkLabel, formatWeight } from '../format/formatValue';
import { CopyButton } from '../parts/CopyButton';
import { ChecksTable } from './ChecksTable';

/** The numbers behind one decision, its queries on demand, and all of it as JSON for replay. */
export function DecisionNumbers(props: { canaryKey: CanaryKey; decision: Decision; versions: { from: string; to: string } }) {
  const { canaryKey, decision, versions } = props;
  const api = useApi(rolloutsApiRef);
  const [showsQueries, setShowsQueries] = useState(false);
  const queries = decision.checks.filter((check) => check.query !== undefined);
  return (
    <Box bg="neutral" className="av-numbers">
      {decision.checks.length === 0 ? (
        <p className="av-nothing">Nothing was measured for this decision.</p>
      ) : (
        <ChecksTable title="Check, in the order asked" checks={decision.checks} versions={versions} />
      )}
      {showsQueries && (
        <dl className="av-queries">
          {queries.map((check) => (
            <div key={check.name}>
              <dt>{checkLabel(check)}</dt>
              <dd>
                <pre tabIndex={0}>{check.query}</pre>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="av-number-facts">
        {facts(decision).map(([name, value]) => (
          <span key={name}>
            {name} <b>{value}</b>
          </span>
        ))}
        <span className="av-grow" />
        {queries.length > 0 && (
          <Button
            variant="tertiary"
            iconStart={<RiCodeSSlashLine />}
            aria-expanded={showsQueries}
            onPress={() => setShowsQueries(!showsQueries)}
          >
            {showsQueries ? 'Hide queries' : 'Show queries'}
          </Button>
        )}
        <CopyButton label="Copy as JSON" read={async () => JSON.stringify(await api.evidence(canaryKey, decision.sequence), null, 2)} />
      </div>
    </Box>
  );
}

function facts(decision: Decision): [name: string, value: string][] {
  const { checks, weight, weightBefore } = decision;
  const windows = unique(checks.flatMap((check) => (check.window === undefined ? [] : [formatDuration(check.window)])));
  const sources = unique(checks.flatMap((check) => (check.source === undefined ? [] : [check.source])));
  const took = checks.reduce((sum, check) => sum + (check.took ?? 0), 0);
  const did =
    weight === weightBefore ? `nothing: weight stays ${formatWeight(weight)}` : `weight ${weightBefore} → ${formatWeight(weight)}`;
  const all: [string, string][] = [
    ['Window', windows.join(', ')],
    ['Source', sources.join(', ')],
    ['Took', took > 0 ? `${Math.round(took)}\u00a0ms` : ''],
    ['Did', did],
  ];
  return all.filter(([, value]) => value !== '');
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
