/** How many ended in each of the last 24 hours, oldest first: the shape only, the number stands beside it. */
export function HourBars({ counts, tone }: { counts: number[]; tone: 'failed' | 'done' }) {
  const most = Math.max(5, ...counts);
  return (
    <svg className="av-hours" width={counts.length * 4 - 1} height={28} aria-hidden>
      {counts.map((count, hour) => {
        const height = count === 0 ? 1 : Math.max(3, (count / most) * 24);
        return (
          <rect
            key={hour}
            x={hour * 4}
            y={28 - height}
            width={3}
            height={height}
            rx={1}
            fill={count === 0 ? 'var(--av-track)' : `var(--av-mark-${tone})`}
          />
        );
      })}
    </svg>
  );
}
