import { RiWifiOffLine } from '@remixicon/react';
import { formatAge } from '../format/formatDuration';
import { useTick } from '../live/useTick';

/** "Live, updated 2 s ago"; words change when the last try failed. */
export function LiveMark({ answeredAt, failing }: { answeredAt: number | null; failing: boolean }) {
  const now = useTick();
  if (answeredAt === null) {
    return null;
  }
  const age = formatAge(now - answeredAt);
  return (
    <span className="av-live">
      {failing ? <RiWifiOffLine size={14} aria-hidden /> : <span className="av-dot" aria-hidden />}
      {failing ? `Not live: updated ${age}` : `Live, updated ${age}`}
    </span>
  );
}
