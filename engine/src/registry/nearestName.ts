/** Two typing errors are a guess, more are another word. */
const LARGEST_DISTANCE = 2;

/** The one of `names` that `text` was probably meant to be, or undefined when none is near. Case does not count. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  const written = text.toLowerCase();
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(written, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= LARGEST_DISTANCE && distance < name.length / 2)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
