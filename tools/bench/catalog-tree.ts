import { chromium, type Page } from '@playwright/test';
import { existsSync } from 'node:fs';
import { median } from './benchmark';
import { BIG_CATALOG, fillBigCatalog, SCHEMAS, schemaName, TABLES_PER_SCHEMA } from './big-catalog';
import { RunningApi } from './running-api';
import type { Outcome, Scenario } from './scenario';

const ROUNDS = 9;
const MIDDLE = schemaName(SCHEMAS / 2);
/** Schemas that are unfolded one after the other before the tree is moved through. */
const UNFOLDED = 40;

const chromiumPath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);

interface Deed {
  /** A key for the tree. */
  readonly press?: string;
  /** A way within the app, as the Back button would go it. */
  readonly path?: string;
}

/** Runs in the page, whose types are not those of this program: hence text. */
const UNTIL_DRAWN = `async ([wanted, { press, path }]) => {
  const began = performance.now();
  if (path !== undefined) {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  }
  if (press !== undefined) {
    const tree = document.querySelector('[role="tree"]');
    tree.focus();
    tree.dispatchEvent(new KeyboardEvent('keydown', { key: press, bubbles: true, cancelable: true }));
  }
  while (document.querySelector(wanted) === null) {
    if (performance.now() - began > 20000) throw new Error(wanted + ' did not come');
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  // The frame in which it stands has been drawn when the next one begins.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - began;
}`;

/** Milliseconds from a deed in the page until a row is in the document and the frame with it has been drawn. */
function untilDrawn(page: Page, selector: string, deed: Deed): Promise<number> {
  return page.evaluate<number>(`(${UNTIL_DRAWN})(${JSON.stringify([selector, deed])})`);
}

const row = (name: string): string => `[role="treeitem"][title="${name}"]`;

async function firstPaints(page: Page, url: string): Promise<readonly Outcome[]> {
  const inApp: number[] = [];
  const unfold: number[] = [];
  const cold: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const began = performance.now();
    await page.goto(`${url}/catalog/${BIG_CATALOG}/${MIDDLE}`);
    await page.locator(row(MIDDLE)).waitFor();
    const loaded = performance.now() - began;

    // A fresh tree in an app that is there: from Home, with the code of the catalog not loaded yet.
    await page.goto(`${url}/`);
    await page.getByRole('link', { name: 'Catalog', exact: true }).waitFor();
    // What Home asks for is no part of it.
    await page.waitForLoadState('networkidle');
    const opened = await untilDrawn(page, row(schemaName(0)), { path: `/catalog/${BIG_CATALOG}` });
    // Not by a click, which would unfold it already.
    await page.getByRole('tree').focus();
    await page.keyboard.press('ArrowDown');
    const next = await untilDrawn(page, `[aria-level="3"]`, { press: 'ArrowRight' });
    if (round < 0) continue;
    cold.push(loaded);
    inApp.push(opened);
    unfold.push(next);
  }
  return [
    { what: `${SCHEMAS} schemas in sight, from the app`, value: median(inApp), unit: 'ms', atMost: 300 },
    {
      what: `${TABLES_PER_SCHEMA} tables of one schema, from the press`,
      value: median(unfold),
      unit: 'ms',
      atMost: 300,
    },
    { what: 'the page loaded anew at one schema of them', value: median(cold), unit: 'ms' },
  ];
}

/** Walks through many unfolded schemas: each step is a key, and waits for the frame with the row. */
async function walk(page: Page, url: string): Promise<readonly Outcome[]> {
  await page.goto(`${url}/catalog/${BIG_CATALOG}`);
  await page.locator(row(schemaName(0))).waitFor();
  await page.getByRole('tree').focus();
  await page.keyboard.press('Home');
  for (let index = 0; index < UNFOLDED; index += 1) {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
  }
  const ends: number[] = [];
  const filters: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ends.push(await untilDrawn(page, row(schemaName(SCHEMAS - 1)), { press: 'End' }));
    ends.push(await untilDrawn(page, row(BIG_CATALOG), { press: 'Home' }));
    const began = performance.now();
    await page.getByRole('searchbox', { name: 'Filter the tree' }).fill('table_199');
    await page.locator(row('table_199')).first().waitFor();
    filters.push(performance.now() - began);
    await page.getByRole('searchbox', { name: 'Filter the tree' }).fill('');
    // A row that the filter hides: from here on keys meet the whole tree again.
    await page.locator(row('table_000')).first().waitFor();
  }
  return [
    { what: 'from one end of the tree to the other, by a key', value: median(ends), unit: 'ms' },
    { what: 'the filter over all that is loaded', value: median(filters), unit: 'ms' },
  ];
}

export const catalogTree: Scenario = {
  name: 'catalog-tree',
  title: `the tree of ${SCHEMAS} schemas of ${TABLES_PER_SCHEMA} tables in Chromium, through the API, from a local workspace that holds them all`,
  tell: async (log) => {
    if (chromiumPath === undefined) throw new Error('No Chromium found: name it with CHROMIUM_PATH');
    const api = await RunningApi.start();
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      await fillBigCatalog(api.stack.workspace, log);
      const { token } = api.stack.workspace.personas.admin;
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        extraHTTPHeaders: { 'X-Forwarded-Access-Token': token },
      });
      const page = await context.newPage();
      return [...(await firstPaints(page, api.url)), ...(await walk(page, api.url))];
    } finally {
      await browser.close();
      await api.stop();
    }
  },
};
