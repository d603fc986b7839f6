/** A place in the list of rollouts, newest change first; `id` decides between equal times. */
export interface Cursor {
  /** Rows after this place (older), or before it (newer). */
  direction: 'older' | 'newer';
  /** Milliseconds since the epoch. */
  at: number;
  id: string;
}

/** What is handed out as `next` and `previous`. */
export function encodeCursor({ direction, at, id }: Cursor): string {
  return Buffer.from(`${direction}.${at}.${id}`).toString('base64url');
}

/** @throws Error of kind `misconfigured` when the text is not one of ours. */
export function decodeCursor(text: string): Cursor {
  const match = /^(older|newer)\.(-?\d{1,15})\.(\d{1,19})$/.exec(Buffer.from(text, 'base64url').toString());
  if (!match) {
    throw Object.assign(new Error(`The cursor "${text}" is not one of this list. Start again without a cursor.`), {
      kind: 'misconfigured',
    });
  }
  return { direction: match[1] as Cursor['direction'], at: Number(match[2]), id: match[3] };
}
