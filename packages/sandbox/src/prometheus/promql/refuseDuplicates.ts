import { labelsKey } from '../Labels';
import { PromqlError } from './PromqlError';
import type { Element } from './Value';

/** The elements as they are. Throws PromqlError when two have the same labels, as once their metrics' names have been dropped. */
export function refuseDuplicates(elements: Element[]): Element[] {
  if (new Set(elements.map(({ labels }) => labelsKey(labels))).size < elements.length) {
    throw new PromqlError('execution', 'vector cannot contain metrics with the same labelset');
  }
  return elements;
}
