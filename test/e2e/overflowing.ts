import type { Page } from 'playwright-core';

/** What sticks out of the page to the right, as `tag.class "text" by pixels`; things that scroll or are cut off on purpose are not looked into. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > width) found.push(`the page itself: ${document.documentElement.scrollWidth} in ${width}`);
    function look(element: Element) {
      const style = getComputedStyle(element);
      if (style.display === 'none' || style.visibility === 'hidden') return;
      const { right, width: own } = element.getBoundingClientRect();
      // What only screen readers get is one pixel wide.
      if (own > 1 && right > width + 1) {
        found.push(`${element.tagName}.${element.getAttribute('class')} "${element.textContent?.slice(0, 40)}" by ${right - width}`);
      } else if (style.overflowX === 'visible') {
        [...element.children].forEach(look);
      }
    }
    look(document.body);
    return found;
  });
}
