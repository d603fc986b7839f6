import { RiLock2Line } from '@remixicon/react';
import { Box } from '@backstage/ui';
import { rolloutsReadPermission } from '@aviary/plugin-rollouts-common';

/** Shown instead of everything else: names the permission, and no phase, version or cluster. */
export function NoPermission({ of, owner }: { of?: string; owner?: string }) {
  return (
    <Box as="section" bg="neutral" className="av-card av-blank" aria-label="No permission">
      <span className="av-blank-icon">
        <RiLock2Line size={24} aria-hidden />
      </span>
      <h2>{of === undefined ? 'You cannot see rollouts' : `You cannot see rollouts of ${of}`}</h2>
      <p className="av-quiet">
        You do not have the permission to read them.{' '}
        {owner === undefined ? 'Who runs this portal can tell you who does.' : `The owner, ${owner}, can tell you who does.`}
      </p>
      <p className="av-small av-quiet">
        Missing permission <code>{rolloutsReadPermission.name}</code>
      </p>
    </Box>
  );
}
