import { RiCloudOffLine, RiRefreshLine } from '@remixicon/react';
import { Alert, Button } from '@backstage/ui';
import { formatDuration } from '../format/formatDuration';
import type { Asked } from '../live/useAsked';
import { useTick } from '../live/useTick';
import { CopyButton } from './CopyButton';
import { Panel } from './Panel';
import { describeError } from './answerError';

type Failing = Pick<Asked<unknown>, 'error' | 'failures' | 'failingSince' | 'nextTryAt' | 'ask'>;

/** Says that the portal gets no answer, since when, and when it tries again; the rollouts themselves do not need the portal. */
export function AnswerProblem({ asked }: { asked: Failing }) {
  const now = useTick();
  if (asked.error === undefined) {
    return null;
  }
  const tries =
    asked.failures === 1 ? 'Tried once' : `Tried ${asked.failures} times in ${formatDuration(now - (asked.failingSince ?? now))}`;
  const next = asked.nextTryAt === null ? '' : `; next try in ${formatDuration(Math.max(0, asked.nextTryAt - now))}`;
  return (
    <Alert
      className="av-alert av-failed"
      status="danger"
      role="alert"
      icon={<RiCloudOffLine aria-hidden />}
      title="The rollouts API does not answer."
      description={<span aria-live="off">{`${tries}${next}. Rollouts in the cluster go on without this page.`}</span>}
      customActions={
        <Button variant="secondary" iconStart={<RiRefreshLine />} onPress={asked.ask}>
          Try now
        </Button>
      }
    />
  );
}

/** What failed, to be read and copied by who has to mend it. */
export function SupportDetails({ error, meanwhile }: { error: Error; meanwhile?: string }) {
  const details = describeError(error);
  if (meanwhile !== undefined) {
    details.push(['meanwhile', meanwhile]);
  }
  return (
    <Panel
      title="Details for support"
      actions={<CopyButton label="Copy" read={() => details.map(([name, value]) => `${name}: ${value}`).join('\n')} />}
    >
      <dl className="av-support">
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
