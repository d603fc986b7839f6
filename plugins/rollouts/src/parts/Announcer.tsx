import { VisuallyHidden } from '@backstage/ui';

/** What a screen reader says when it changes; countdowns never belong here. */
export function Announcer({ text }: { text: string }) {
  return (
    <VisuallyHidden>
      <span role="status" aria-live="polite">
        {text}
      </span>
    </VisuallyHidden>
  );
}
