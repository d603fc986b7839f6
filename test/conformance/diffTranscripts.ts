/**
 * Both transcripts in one, line by line: `-` only expected, `+` only found. Empty when they are the same. What the two
 * have in common is as long as it can be, so that one missing line does not make all that follow it look different.
 */
export function diffTranscripts(expected: readonly string[], found: readonly string[]): string[] {
  const common = commonLengths(expected, found);
  const lines: string[] = [];
  let [e, f] = [0, 0];
  while (e < expected.length || f < found.length) {
    if (e < expected.length && expected[e] === found[f]) {
      lines.push(`  ${expected[e]}`);
      e++;
      f++;
    } else if (f === found.length || (e < expected.length && common[e + 1][f] >= common[e][f + 1])) {
      lines.push(`- ${expected[e++]}`);
    } else {
      lines.push(`+ ${found[f++]}`);
    }
  }
  return lines.every((line) => line.startsWith(' ')) ? [] : lines;
}

/** How many lines the rests from `e` and `f` on have in common, in order. */
function commonLengths(expected: readonly string[], found: readonly string[]): number[][] {
  const lengths = Array.from({ length: expected.length + 1 }, () => new Array<number>(found.length + 1).fill(0));
  for (let e = expected.length - 1; e >= 0; e--) {
    for (let f = found.length - 1; f >= 0; f--) {
      lengths[e][f] = expected[e] === found[f] ? lengths[e + 1][f + 1] + 1 : Math.max(lengths[e + 1][f], lengths[e][f + 1]);
    }
  }
  return lengths;
}
