import type { Rollout } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';
import { Panel } from '../parts/Panel';

/** Which version gets how much of the traffic now. */
export function WhatServes({ rollout }: { rollout: Rollout }) {
  return (
    <Panel title="What serves now">
      <div className="av-serves">
        <Share version={rollout.fromVersion ?? 'primary'} share={100 - rollout.weight} tone="done" />
        <Share version={rollout.toVersion ?? 'canary'} share={rollout.weight} tone="failed" />
      </div>
      {!rollout.confirmed && <p className="av-serves-note av-quiet">The cluster has not been seen to follow yet.</p>}
    </Panel>
  );
}

function Share({ version, share, tone }: { version: string; share: number; tone: string }) {
  return (
    <>
      <strong>{version}</strong>
      <span className="av-bar">
        {share > 0 && (
          <span className={`av-bar-${tone}`} style={{ flexGrow: share }}>
            {formatWeight(share)} of traffic
          </span>
        )}
        {share < 100 && (
          <span className="av-bar-primary" style={{ flexGrow: 100 - share }}>
            {share === 0 && 'no traffic'}
          </span>
        )}
      </span>
    </>
  );
}
