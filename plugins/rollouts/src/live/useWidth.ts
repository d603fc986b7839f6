import { useCallback, useState } from 'react';

/**
 * The width of an element in pixels, kept up to date.
 *
 * @param assumed the width before the first measurement, and where nothing can be measured
 */
export function useWidth(assumed: number): [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(assumed);
  const [observer] = useState(() =>
    typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver((entries) => setWidth(entries[0].contentRect.width)),
  );
  const ref = useCallback(
    (element: HTMLElement | null) => {
      observer?.disconnect();
      if (element) {
        observer?.observe(element);
      }
    },
    [observer],
  );
  return [ref, width];
}
