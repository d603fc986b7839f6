import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { until } from '../harness/until';

const DESKTOP = { width: 1440, height: 900 };

/** Somebody who has signed in to the portal as guest, on one page of a browser. */
export interface Visitor {
  page: Page;
  /** Exceptions and errors of the pages, and answers that say that something is wrong. */
  problems: string[];
  /** Opens the Rollouts page, with a query if one is given. */
  openRollouts(query?: string): Promise<void>;
  /** Opens the Rollouts tab of an entity and waits for its rollout. */
  openTab(entity: string): Promise<void>;
  /** The card with phase, reason and steps. */
  card: Locator;
  /** The card's text as it changes, until it satisfies `condition`; fails with what was seen after `seconds`. */
  follow(what: string, condition: (text: string) => boolean, seconds: number): Promise<string[]>;
  close(): Promise<void>;
}

/** Signs in as guest. */
export async function signIn(browser: Browser, portal: string): Promise<Visitor> {
  const context: BrowserContext = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`));
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`));
  await page.goto(`${portal}/rollouts`);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page
    .getByRole('heading', { name: 'Rollouts' })
    .or(page.getByRole('search', { name: 'Rollouts' }))
    .first()
    .waitFor();

  const card = page.getByRole('region', { name: /^Rollout of / });
  return {
    page,
    problems,
    card,
    async openRollouts(query = '') {
      await page.goto(`${portal}/rollouts${query}`);
      await page.getByRole('row').nth(1).waitFor();
    },
    async openTab(entity) {
      await page.goto(`${portal}/catalog/default/component/${entity}/rollouts`);
      await card.waitFor();
    },
    async follow(what, condition, seconds) {
      const seen: string[] = [];
      const found = await until(
        async () => {
          const text = await card.innerText();
          if (text !== seen.at(-1)) seen.push(text);
          return condition(text);
        },
        seconds * 1_000,
        100,
      );
      if (!found) throw new Error(`the page did not get to: ${what}\nseen last:\n${seen.slice(-3).join('\n---\n')}`);
      return seen;
    },
    close: () => context.close(),
  };
}
