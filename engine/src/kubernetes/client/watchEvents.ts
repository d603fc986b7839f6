import type { KubeObject } from '@aviary/provider-contract';
import type { KubeStatus } from './KubeError';

/** One line of a watch. */
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject }
  /** The server ends the watch and says why. */
  | { type: 'ERROR'; object: KubeStatus };

const TYPES = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/**
 * The events of a watch's body: one JSON object per line, chunks cut anywhere. A last line without its end is
 * dropped: the connection broke in the middle of it.
 *
 * @throws Error when a line is not a watch event
 */
export async function* watchEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    const rest = lines.pop() as string;
    for (const line of lines) {
      const text = parts.join('') + line;
      parts = [];
      if (text.trim() !== '') yield parseEvent(text);
    }
    if (rest !== '') parts.push(rest);
  }
}

function parseEvent(line: string): WatchEvent {
  const event = JSON.parse(line);
  if (!event || !TYPES.has(event.type) || typeof event.object !== 'object' || event.object === null) {
    throw new Error(`a watch sent something that is not an event: ${line.slice(0, 200)}`);
  }
  return event;
}
