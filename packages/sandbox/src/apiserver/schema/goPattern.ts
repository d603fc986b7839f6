import { RE2JS } from 're2js';

/** What the two kinds of regular expressions mean differently, or only Go's knows: `(?i)`, `\pL`, `\z`, `[[:alpha:]]`, … */
const onlyInGo = /\(\?(?!:)|\\[pPzAQ]|\[\[:/;

/** Reads a regular expression as Go does. @throws Error with Go's words for what is none */
export function goPattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}

/** Whether a part of the text matches a pattern of Go. JavaScript's own, faster expressions do for those that mean the same. */
export function matchesGoPattern(pattern: string, text: string): boolean {
  return onlyInGo.test(pattern) ? goPattern(pattern).matcher(text).find() : new RegExp(pattern).test(text);
}
