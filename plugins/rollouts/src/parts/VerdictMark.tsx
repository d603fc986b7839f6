import type { VerdictLook } from '../verdicts';

/** A verdict as icon and word. */
export function VerdictMark({ look }: { look: VerdictLook }) {
  const Icon = look.icon;
  return (
    <span className={`av-verdict av-${look.tone}`}>
      <Icon size={16} aria-hidden />
      {look.label}
    </span>
  );
}
