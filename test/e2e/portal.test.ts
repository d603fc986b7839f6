import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { until } from '../harness/until';
import { findChromium, openBrowser } from './openBrowser';
import { overflowing } from './overflowing';
import { seriousViolations } from './seriousViolations';
import { startDemo, type Demo } from './startDemo';
import { signIn, type Visitor } from './Visitor';

const SPEED = 12;
const THEMES = ['light', 'dark'] as const;
const NARROW = { width: 480, height: 900 };
const DESKTOP = { width: 1440, height: 900 };
const SCREENSHOTS = process.env.AVIARY_SCREENSHOTS;

const chromium = findChromium();
// Written to the terminal itself: Jest's console would add where it comes from.
if (!chromium) process.stderr.write('The browser tests are skipped: no Chromium in /usr/bin; AVIARY_CHROMIUM can say where one is.\n');
const describeWithBrowser = chromium ? describe : describe.skip;
jest.setTimeout(120_000);

describeWithBrowser('the portal, as somebody sees it in a browser', () => {
  let dataDir: string;
  let demo: Demo | undefined;
  let browser: Browser | undefined;
  let visitor: Visitor;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'aviary-e2e-'));
    // So that Postgres, which does not run as root, may have its data in there also when root runs the tests.
    await chmod(dataDir, 0o755);
    [demo, browser] = await Promise.all([startDemo({ dataDir, speed: SPEED }), openBrowser(chromium!)]);
    visitor = await signIn(browser, demo.portal);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  }, 90_000);

  /** Writes a picture of all of the page, if pictures are wanted. */
  async function picture(name: string) {
    if (!SCREENSHOTS) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    const { page } = visitor;
    for (const [suffix, width, colorScheme] of [
      ['light', 1440, 'light'],
      ['dark', 1440, 'dark'],
      ['light-480', 480, 'light'],
      ['dark-480', 480, 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      // The portal builds itself anew for another theme or width: loaded again, it is clear when that is done.
      await page.reload();
      await settled();
      // A window as high as the page: what sticks to the window's edges stands where it should.
      const height = await page.evaluate(() =>
        Math.max(900, ...[...document.querySelectorAll('*')].map(({ scrollHeight }) => scrollHeight)),
      );
      await page.setViewportSize({ width, height });
      await settled();
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${suffix}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(DESKTOP);
    await page.reload();
    await settled();
  }

  /** Resolves when the page shows its content, laid out and painted. */
  async function settled() {
    const { page } = visitor;
    await page.getByText(/^Live, updated/).waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)))));
  }

  /** The table of the Rollouts page: a service's name, then its row's words. */
  async function services(): Promise<Record<string, string>> {
    const rows = await visitor.page.getByRole('row').allInnerTexts();
    return Object.fromEntries(rows.slice(1).map((row) => [row.trim().split(/\s/)[0], row.replaceAll(/\s+/g, ' ').trim()]));
  }

  async function servicesBecome(names: string[]) {
    const found = await until(
      async () =>
        Object.keys(await services())
          .sort()
          .join() === names.sort().join(),
      15_000,
    );
    if (!found) throw new Error(`the table shows ${Object.keys(await services())} and not ${names}`);
  }

  const parameters = () => Object.fromEntries(new URL(visitor.page.url()).searchParams);

  describe('the Rollouts page', () => {
    it('lists the services of the demo, each in its own state', async () => {
      const expected = {
        checkout: /Succeeded .*100 %.* 2\.3\.0 .*2\.4\.0 0 of 3 storefront/,
        recommendations: /Failed .*fell at 10 %.* 1\.8\.2 .*1\.9\.0 3 of 3 storefront/,
        ledger: /Waiting to start .* 4\.1\.0 .*4\.2\.0 0 of 3 payments/,
        profile: /Succeeded .*3\.0\.1 .*3\.1\.0 0 of 2 platform/,
        podinfo: /Initialized .*6\.0\.0 0 of 5 platform/,
        face: /Initialized .*0\.8\.0 0 of 3 storefront/,
        suggest: /Invalid .*0 of 2 storefront/,
      };
      // They get there by themselves while the page is open.
      await visitor.openRollouts();
      await until(async () => {
        const shown = await services();
        return Object.entries(expected).every(([name, row]) => row.test(shown[name] ?? ''));
      }, 60_000);
      expect(await services()).toEqual(
        Object.fromEntries(Object.entries(expected).map(([name, row]) => [name, expect.stringMatching(row)])),
      );
      await picture('rollouts');
    });

    it('narrows the table to what a tile counts, and keeps that in the address', async () => {
      const { page } = visitor;
      const tiles = page.getByRole('radiogroup', { name: 'Narrow the table to' }).or(page.getByLabel('Narrow the table to'));
      await tiles.getByText('Failed in 24 h').click();
      await servicesBecome(['recommendations']);
      expect(parameters()).toEqual({ group: 'failed' });
      await page.reload();
      await servicesBecome(['recommendations']);
      await tiles.getByText('Waiting for someone').click();
      await servicesBecome(['ledger']);
      expect(parameters()).toEqual({ group: 'waiting' });
      await page.goBack();
      await servicesBecome(['recommendations']);
      await tiles.getByText('Failed in 24 h').click();
      await servicesBecome(['checkout', 'face', 'ledger', 'podinfo', 'profile', 'recommendations', 'suggest']);
      expect(parameters()).toEqual({});
    });

    it('narrows it by namespace and by words, and opens as its address says', async () => {
      const { page } = visitor;
      await page.getByRole('button', { name: /Namespace/ }).click();
      await page.getByRole('option', { name: 'shop' }).click();
      await page.keyboard.press('Escape');
      await servicesBecome(['checkout', 'recommendations']);
      await page.keyboard.press('/');
      await page.keyboard.type('2.4.0');
      await servicesBecome(['checkout']);
      expect(parameters()).toEqual({ namespace: 'shop', search: '2.4.0' });
      await visitor.openRollouts('?search=success+rate&phase=Failed');
      await servicesBecome(['recommendations']);
      expect(await page.getByRole('searchbox').inputValue()).toBe('success rate');
      await visitor.openRollouts('?search=nothing+like+it').catch(() => {});
      await page.getByText('No rollout fits these filters.').waitFor();
    });

    it("leads from a row to the service's tab", async () => {
      const { page } = visitor;
      await visitor.openRollouts();
      await page
        .getByRole('row', { name: /podinfo/ })
        .getByText('Initialized')
        .click();
      await page.waitForURL(/\/catalog\/default\/component\/podinfo\/rollouts/);
      await visitor.card.waitFor();
      expect(await visitor.card.innerText()).toMatch(/Initialized/);
    });
  });

  describe('a good release', () => {
    it('walks through its weights to Succeeded before the eyes of who looks', async () => {
      const { page } = visitor;
      // Its deadline of a minute is 5 s here, which a busy machine may need for a handful of pods.
      await demo!.kubectl('-n', 'test', 'patch', 'canary', 'podinfo', '--type=merge', '-p', '{"spec":{"progressDeadlineSeconds":600}}');
      await visitor.openTab('podinfo');
      const opened = await page.evaluate(() => performance.timeOrigin);
      const kubectl = demo!.kubectl('-n', 'test', 'set', 'image', 'deployment/podinfo', '*=ghcr.io/stefanprodan/podinfo:6.0.1');
      const start = await visitor.follow('20 % of the traffic', (text) => /Progressing[^]*At 20\s%/.test(text), 60);
      await kubectl;
      const seen = [...start, ...(await visitor.follow('Succeeded', (text) => text.startsWith('Succeeded'), 60))];

      expect(await page.evaluate(() => performance.timeOrigin)).toBe(opened);
      const phases = seen.map((text) => text.split('\n')[0]).filter((phase, index, all) => phase !== all[index - 1]);
      expect(phases.filter((phase) => !['Promoting', 'Finalising'].includes(phase))).toEqual(['Initialized', 'Progressing', 'Succeeded']);
      const weights = seen.flatMap((text) => /At (\d+)\s%/.exec(text)?.[1] ?? []).map(Number);
      expect(weights).toEqual([...weights].sort((one, other) => one - other));
      expect(new Set(weights).size).toBeGreaterThan(3);
      expect(seen.at(-1)).toMatch(/6\.0\.0[^]*6\.0\.1[^]*Promoted 6\.0\.1 after/);
    });

    it('has every step in its decisions, and the numbers under each', async () => {
      const { page } = visitor;
      const decisions = page.getByRole('region', { name: 'Decisions' });
      const rows = (await decisions.getByRole('row').allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' '));
      for (const [from, to] of [0, 5, 10, 15, 20, 25, 30, 35, 40, 45].map((weight) => [weight, weight + 5])) {
        expect(rows).toContainEqual(expect.stringMatching(new RegExp(`\\d\\d:\\d\\d:\\d\\d ${from} → ${to} % (Pass|Advance) `)));
      }
      const look = decisions.getByRole('row', { name: /20 → 25\s%/ });
      await look.getByRole('button').first().click();
      const numbers = await decisions.getByRole('table').nth(1).innerText();
      expect(numbers).toMatch(/Canary 6\.0\.1\s+Primary 6\.0\.0\s+Limit\s+Verdict/);
      expect(numbers).toMatch(/request success rate\s+100(\.00)?\s%\s+100(\.00)?\s%\s+≥\s99\s%\s+Pass/);
      expect(numbers).toMatch(/request duration\s+\d+\sms\s+\d+\sms\s+≤\s500\sms\s+Pass/);
      await decisions.getByRole('button', { name: 'Show queries' }).click();
      await decisions.getByText('response_latency_ms_bucket').waitFor();
      await look.getByRole('button').first().click();
      expect(await decisions.getByRole('table').count()).toBe(1);
    });

    it("tells Flagger's events, and shows the same values as a table", async () => {
      const { page } = visitor;
      const panel = page.getByRole('region', { name: 'Events' });
      await panel.getByText('Promotion completed!').waitFor();
      const events = await panel.innerText();
      expect(events).toMatch(/Normal\s+Promotion completed! Scaling down podinfo\.test/);
      expect(events).toMatch(/Normal\s+New revision detected! Scaling up podinfo\.test/);
      const plots = page.getByRole('region', { name: 'Traffic and checks' });
      await plots.getByRole('button', { name: 'Table' }).click();
      expect((await plots.getByRole('row').allInnerTexts()).length).toBeGreaterThan(9);
      await plots.getByRole('button', { name: 'Table' }).click();
    });
  });

  describe('a bad release', () => {
    it('ends Failed, and says which number broke which limit', async () => {
      await visitor.openTab('checkout');
      await demo!.deploy('checkout', '2.4.1', '--errors', '20%', '--latency', '900ms');
      const seen = await visitor.follow('Failed', (text) => text.startsWith('Failed'), 60);
      expect(seen.at(-1)).toMatch(
        /2\.4\.0[^]*2\.4\.1[^]*Rolled back from \d+\s%: request success rate \d\d(\.\d+)?\s% is below 99\s% \(3 of 3 failures used\)\./,
      );
      const { page } = visitor;
      const wrong = await page.getByRole('region', { name: 'What went wrong' }).innerText();
      expect(wrong).toMatch(/request success rate\s+\d+(\.\d+)?\s% is below 99\s%\s/);
      expect(wrong).toMatch(/request duration\s+\d+\sms is above 500\sms\s/);
      await page.getByText('Deployment/checkout still asks for 2.4.1; 2.4.0 serves.').waitFor();
      await picture('entity-failed');
    });

    it('leaves the release before among the earlier ones, to be looked at', async () => {
      const { page } = visitor;
      const earlier = page.getByRole('region', { name: 'Earlier rollouts' });
      expect(await earlier.getByRole('row').last().innerText()).toMatch(/2\.4\.0\s+Succeeded\s+[^]*Promoted 2\.4\.0/);
      await earlier.getByRole('button', { name: '2.4.0' }).click();
      await page
        .getByRole('row', { name: /25 → 50\s%|30 → 50\s%/ })
        .or(page.getByText('2.4.0 begins'))
        .first()
        .waitFor();
      expect(new URL(page.url()).searchParams.get('rollout')).toMatch(/\w+/);
      await page.goBack();
    });
  });

  describe('what one can do', () => {
    it('approves a gate: the rollout goes on', async () => {
      const { page } = visitor;
      await visitor.openTab('ledger');
      const gate = page.getByRole('region', { name: 'Gate release-board' });
      expect(await gate.innerText()).toMatch(/Start the rollout of 4\.2\.0\?/);
      await picture('entity-waiting');
      expect(await gate.getByRole('button', { name: 'Reject' }).getAttribute('aria-disabled')).toBe('true');
      await gate.getByRole('textbox', { name: 'Reason' }).fill('the release board met');
      await gate.getByRole('button', { name: 'Approve and start' }).click();
      const seen = await visitor.follow('Succeeded', (text) => text.startsWith('Succeeded'), 60);
      expect(seen.some((text) => /^Progressing[^]*At \d+\s%/.test(text))).toBe(true);
      expect(await gate.count()).toBe(0);
      await page.getByText('the release board met').first().waitFor();
    });

    it('pauses, resumes and aborts, with a reason', async () => {
      const { page, card } = visitor;
      await visitor.openTab('podinfo');
      await demo!.deploy('podinfo', '6.0.2');
      await visitor.follow('some traffic', (text) => /^Progressing[^]*At \d+\s%/.test(text), 60);
      await card.getByRole('button', { name: 'Pause' }).click();
      await visitor.follow('Paused', (text) => /^Paused[^]*Paused at \d+\s%/.test(text), 20);
      await picture('entity-paused');
      const [, weight] = /Paused at (\d+)\s%/.exec(await card.innerText())!;
      // Two intervals of 30 s.
      await sandboxTime(60_000);
      expect(await card.innerText()).toMatch(new RegExp(`^Paused[^]*Paused at ${weight}\\s%`));
      await card.getByRole('button', { name: 'Resume' }).click();
      await visitor.follow('more traffic', (text) => Number(/^Progressing[^]*At (\d+)\s%/.exec(text)?.[1]) > Number(weight), 30);
      await picture('entity-progressing');

      await card.getByRole('button', { name: /^More .*actions$/ }).click();
      await page.getByRole('menuitem', { name: 'Abort…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Abort the rollout of 6.0.2?' });
      const abort = dialog.getByRole('button', { name: 'Abort rollout' });
      expect(await abort.getAttribute('aria-disabled')).toBe('true');
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('wrong colour');
      expect(await seriousViolations(page)).toEqual([]);
      await abort.click();
      const seen = await visitor.follow('Failed', (text) => text.startsWith('Failed'), 30);
      expect(seen.at(-1)).toMatch(/wrong colour/);
      expect(await demo!.kubectl('-n', 'test', 'get', 'canary', 'podinfo', '-o', 'jsonpath={.status.phase} {.status.canaryWeight}')).toBe(
        'Failed 0',
      );
    });
  });

  describe('with a keyboard only', () => {
    /** Presses Tab until what has the focus satisfies `isThere`. */
    async function tabTo(isThere: (focused: { name: string; role: string }) => boolean) {
      const { page } = visitor;
      const passed: string[] = [];
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const element = document.activeElement!;
          return {
            name: element.getAttribute('aria-label') ?? element.textContent ?? '',
            role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
          };
        });
        if (isThere(focused)) return;
        passed.push(`${focused.role} "${focused.name.slice(0, 40)}"`);
      }
      throw new Error(`Tab did not lead there, only to:\n${passed.join('\n')}`);
    }

    it('reaches a decision and unfolds its numbers', async () => {
      const { page } = visitor;
      await visitor.openTab('podinfo');
      await tabTo(({ name }) => name.startsWith('Numbers of '));
      const focused = page.locator(':focus');
      await page.keyboard.press('ArrowDown');
      expect(await focused.getAttribute('aria-label')).toMatch(/^Numbers of \d\d:/);
      const numbers = page.getByRole('button', { name: 'Copy as JSON' });
      await page.keyboard.press('ArrowRight');
      expect(await focused.getAttribute('aria-expanded')).toBe('true');
      expect(await numbers.count()).toBe(1);
      await page.keyboard.press('ArrowLeft');
      expect(await numbers.count()).toBe(0);
      await page.keyboard.press('Enter');
      expect(await numbers.count()).toBe(1);
    });

    it('goes from tile to row and opens it', async () => {
      const { page } = visitor;
      await visitor.openRollouts();
      await tabTo(({ name }) => name.startsWith('Running'));
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await until(() => parameters().group === 'failed', 5_000);
      expect(parameters()).toEqual({ group: 'failed' });
      await servicesBecome(['checkout', 'podinfo', 'recommendations']);
      await tabTo(({ role }) => role === 'row');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/catalog\/default\/component\/podinfo\/rollouts/);
    });
  });

  describe.each(THEMES)('in %s', (colorScheme) => {
    beforeAll(() => visitor.page.emulateMedia({ colorScheme }));
    afterAll(() => visitor.page.emulateMedia({ colorScheme: 'light' }));

    it('keeps nobody from using the Rollouts page', async () => {
      await visitor.openRollouts();
      expect(await seriousViolations(visitor.page)).toEqual([]);
    });

    it.each(['podinfo', 'ledger', 'suggest'])("keeps nobody from using %s's tab", async (entity) => {
      await visitor.openTab(entity);
      await visitor.page
        .getByRole('button', { name: /^Numbers of/ })
        .first()
        .click();
      expect(await seriousViolations(visitor.page)).toEqual([]);
    });
  });

  describe('on a narrow screen', () => {
    beforeAll(() => visitor.page.setViewportSize(NARROW));
    afterAll(() => visitor.page.setViewportSize(DESKTOP));

    it('fits the Rollouts page, its filters unfolded too', async () => {
      const { page } = visitor;
      await visitor.openRollouts();
      expect(await overflowing(page)).toEqual([]);
      await page.getByRole('button', { name: /^Filters/ }).click();
      await page.getByRole('button', { name: /Namespace/ }).waitFor();
      expect(await overflowing(page)).toEqual([]);
    });

    it.each(['podinfo', 'ledger', 'suggest'])("fits %s's tab, a decision unfolded too", async (entity) => {
      const { page } = visitor;
      await visitor.openTab(entity);
      expect(await overflowing(page)).toEqual([]);
      await page
        .getByRole('button', { name: /^Numbers of/ })
        .nth(entity === 'suggest' ? 0 : 2)
        .click();
      expect(await overflowing(page)).toEqual([]);
    });
  });

  it('has met no exception and no answer that something is wrong', () => {
    expect(visitor.problems).toEqual([]);
  });

  /** Resolves when the sandbox's clock has gone on by `milliseconds`. */
  function sandboxTime(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, milliseconds / SPEED);
    });
  }
});
