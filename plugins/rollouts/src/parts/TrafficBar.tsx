import { formatWeight } from '../format/formatValue';

/** How traffic is shared between the two versions, as a bar with words in it. */
export function TrafficBar(props: { from: string; to: string; weight: number; note?: string }) {
  const { from, to, weight, note } = props;
  const text = (version: string, share: number) =>
    `${version} · ${formatWeight(share)}${note && (share === 100 || share === weight) ? note : ''}`;
  return (
    <span className="av-bar">
      {weight < 100 && (
        <span className="av-bar-primary" style={{ flexGrow: 100 - weight }}>
          {text(from, 100 - weight)}
        </span>
      )}
      {weight > 0 && (
        <span className="av-bar-canary" style={{ flexGrow: weight }}>
          {text(to, weight)}
        </span>
      )}
    </span>
  );
}
