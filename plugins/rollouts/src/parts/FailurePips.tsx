const MOST_PIPS = 8;

/** Failures used of those allowed, as little squares beside the words; too many to count at a glance are left to the words. */
export function FailurePips({ used, allowed }: { used: number; allowed: number }) {
  if (allowed < 1 || allowed > MOST_PIPS) {
    return null;
  }
  return (
    <span className="av-pips" aria-hidden>
      {Array.from({ length: allowed }, (_, index) => (
        <i key={index} className={index < used ? 'av-used' : undefined} />
      ))}
    </span>
  );
}
