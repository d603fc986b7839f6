/** What the lines and marks of the plots mean. */
export function PlotLegend({ canary, primary }: { canary: string | null; primary: string | null }) {
  return (
    <div className="av-legend">
      <span>
        <svg width={20} height={8} aria-hidden>
          <path d="M0 4h20" stroke="var(--av-canary)" strokeWidth={2.5} />
        </svg>
        {`canary ${canary ?? ''}`.trim()}
      </span>
      <span>
        <svg width={20} height={8} aria-hidden>
          <path d="M0 4h20" stroke="var(--av-primary)" strokeWidth={1.5} />
        </svg>
        {`primary ${primary ?? ''}`.trim()}
      </span>
      <span>
        <svg width={20} height={8} aria-hidden>
          <path d="M0 4h20" stroke="var(--av-mark-failed)" strokeWidth={1.5} strokeDasharray="6 4" />
        </svg>
        limit
      </span>
      <span>
        <svg width={10} height={10} aria-hidden>
          <circle cx={5} cy={5} r={3.5} fill="var(--av-canary)" />
        </svg>
        passed
      </span>
      <span>
        <svg width={12} height={12} aria-hidden>
          <path d="M6 0l6 6-6 6-6-6z" fill="var(--av-mark-failed)" />
        </svg>
        failed
      </span>
    </div>
  );
}
