import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './test';
import { runSql, stopWarehouse } from './warehouse';
import { endpoints } from './workspace';

const AIRPORTS = '/catalog/demo/lake/airports/query';
const TYPES = '/catalog/demo/lake/query_types/query';
const ATTACK = '<img src=x onerror=alert(1)>';

const grid = (page: Page) => page.getByRole('grid', { name: 'Result of the query' });
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
const rows = (page: Page) => grid(page).getByRole('rowheader');

async function openBuilder(page: Page, open: (path: string) => Promise<void>, path: string): Promise<void> {
  await open(path);
  await expect(run(page)).toBeEnabled();
}

test.beforeAll(async () => {
  await runSql('DROP TABLE IF EXISTS demo.lake.query_types');
  // Every kind of value that is easily shown wrongly, and names and texts that would like to be markup or formulas.
  await runSql(`CREATE TABLE demo.lake.query_types AS
    SELECT 9007199254740993 AS big, CAST('12345678901234567890.123456789012345678' AS DECIMAL(38,18)) AS exact,
      CAST('NaN' AS DOUBLE) AS ratio, CAST('1969-07-20' AS DATE) AS day,
      CAST('1969-07-20 20:17:40.123456' AS TIMESTAMP) AS at, '${ATTACK}' AS \`<b>note<b>\`, ARRAY(1, 2, NULL) AS items,
      NAMED_STRUCT('name', '=cmd()') AS place, CAST(NULL AS STRING) AS gone`);
  await runSql(`INSERT INTO demo.lake.query_types SELECT 1 AS big, CAST('0.1' AS DECIMAL(38,18)) AS exact,
    CAST('Infinity' AS DOUBLE) AS ratio, CAST('2024-02-29' AS DATE) AS day, CAST('2024-02-29 00:00:00' AS TIMESTAMP) AS at,
    '' AS note, ARRAY(3) AS items, NULL AS place, 'null' AS gone`);
});

test('a table is asked by keys alone: conditions, order and pages, all of which survive a reload', async ({
  page,
  product,
}) => {
  await product.signInAs('engineer');
  await openBuilder(page, product.open, AIRPORTS);
  await product.photograph('query-builder');

  await page.getByRole('button', { name: 'Add a condition' }).focus();
  await page.keyboard.press('Enter');
  const value = page.getByRole('textbox', { name: 'Value of condition 1' });
  await expect(value).toBeFocused();
  await page.getByRole('combobox', { name: 'Column of condition 1' }).selectOption('latitude');
  await value.fill('north');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('A number such as 0.5')).toBeVisible();
  await expect(value).toBeFocused();
  await page.getByRole('combobox', { name: 'Column of condition 1' }).selectOption('state');
  await value.fill('CA');
  await page.keyboard.press('Control+Enter');
  await expect(rows(page).first()).toBeVisible();
  await expect(page).toHaveURL(/query=[0-9a-f-]{36}/);
  await expect(page).toHaveURL(/filter=/);
  await expect(page.getByText('Rows 1 to 100')).toBeVisible();

  // From the head of a column, by keys: up from the first cell, into the menu, down to the order.
  await grid(page).locator('[data-cell="0:1"]').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Sort ascending' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(grid(page).getByRole('columnheader', { name: /name/ })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('Rows 101 to 200')).toBeVisible();
  await page.getByText('SELECT * FROM').click();
  await expect(page.getByText(':p1 = CA (STRING)')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('query-result');

  await expect(page).toHaveURL(/offset=100/);
  await page.reload();
  await expect(page.getByText('Rows 101 to 200')).toBeVisible();
  await expect(value).toHaveValue('CA');
});

test('a result becomes a file in a volume, and what was asked for stays in the history', async ({ page, product }) => {
  // Who owns the volumes.
  await product.signInAs('admin');
  const filter = encodeURIComponent(JSON.stringify(['state', '=', 'CA']));
  await openBuilder(page, product.open, `${AIRPORTS}?filter=${filter}`);
  await run(page).click();
  await expect(page.getByText('Rows 1 to 100')).toBeVisible();

  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Folder' }).fill('/Volumes/demo/lake/files/exports');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(dialog.getByText(/^Done: 205 rows/)).toBeVisible();
  await product.expectAccessible();
  await product.photograph('query-export');
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(lines[0]).toContain('iata');
  expect(lines).toHaveLength(206);
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByText('History', { exact: true }).click();
  const history = page.getByRole('region', { name: 'My queries' });
  await expect(history.getByRole('button', { name: 'Run again' }).first()).toBeVisible();
  await product.expectAccessible();
  await product.photograph('query-history');
  await history.getByRole('button', { name: 'Run again' }).first().click();
  await expect(page.getByText('Rows 1 to 100')).toBeVisible();
});

test('values are shown as they are: nothing is cut, nothing is taken for markup', async ({ page, product }) => {
  page.on('dialog', (dialog) => {
    throw new Error(`A dialog: ${dialog.message()}`);
  });
  await product.signInAs('engineer');
  const filter = encodeURIComponent(JSON.stringify(['<b>note<b>', '!=', ATTACK + "'; DROP TABLE x; --"]));
  await openBuilder(page, product.open, `${TYPES}?filter=${filter}&order=big+desc`);
  await run(page).click();
  const cell = (row: number, column: number) => grid(page).locator(`[data-cell="${row}:${column}"]`);
  await expect(cell(0, 0)).toHaveText('9,007,199,254,740,993');
  await expect(cell(0, 0)).toHaveAttribute('title', '9007199254740993');
  await expect(cell(0, 1)).toHaveAttribute('title', '12345678901234567890.123456789012345678');
  await expect(cell(0, 2)).toHaveText('NaN');
  await expect(cell(0, 3)).toHaveText('1969-07-20');
  await cell(0, 4).focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell(0, 5)).toHaveText(ATTACK);
  await expect(cell(1, 5)).toHaveText('""');
  await page.keyboard.press('End');
  await expect(cell(0, 8).locator('ls-chip')).toHaveText('null');
  await expect(cell(1, 8).locator('ls-chip')).toHaveCount(0);
  await expect(grid(page).getByRole('columnheader', { name: /gone STRING 50 % null/ })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Whole value' })).toContainText('=cmd()');
  await product.expectAccessible();
  await product.photograph('query-values');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Save…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(ATTACK);
  await page.keyboard.press('Enter');
  await page.getByText('Saved (1)').click();
  await expect(page.getByRole('button', { name: `Open ${ATTACK}` })).toBeVisible();
  await product.expectAccessible();
  await product.photograph('query-saved');
  await page.getByRole('button', { name: `Rename ${ATTACK}` }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Moon');
  await page.keyboard.press('Enter');
  const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.getByRole('button', { name: 'Delete Moon' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await saved;
  await expect(page.getByText('No query is saved yet')).toBeVisible();
});

test('a stopped warehouse is started after a question, and how long that takes is told', async ({ page, product }) => {
  await product.signInAs('engineer');
  await stopWarehouse();
  await openBuilder(page, product.open, AIRPORTS);
  await expect(page.getByText('Warehouse is stopped')).toBeVisible();
  await run(page).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('It costs money while it runs');
  await product.photograph('query-warehouse-question');
  await question.getByRole('button', { name: 'Leave it stopped' }).click();
  await expect(page.getByText('Nothing has been run yet')).toBeVisible();

  // The platform's answers while a warehouse starts, for as long as it takes to look at them.
  const { warehouse_id: id } = endpoints();
  await product.platformFails({
    method: 'GET',
    pathPrefix: `/api/2.0/sql/warehouses/${id}`,
    status: 200,
    body: { id, name: 'Cold', state: 'STARTING' },
  });
  for (const method of ['GET', 'POST']) {
    await product.platformFails({
      method,
      pathPrefix: '/api/2.0/sql/statements',
      status: 200,
      body: { statement_id: 'cold', status: { state: 'PENDING' } },
    });
  }
  await run(page).click();
  await expect(page.getByText(/The warehouse is starting \(\d+ s\)/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeEnabled();
  await product.expectAccessible();
  await product.photograph('query-warehouse-starting');
  await product.platformRecovers();
});

test('a query that fails inside an answer of 200 says why, and one that runs is taken up again and cancelled', async ({
  page,
  product,
}) => {
  await runSql('SELECT 1');
  await product.signInAs('engineer');
  await openBuilder(page, product.open, AIRPORTS);
  for (const method of ['GET', 'POST']) {
    await product.platformFails({
      method,
      pathPrefix: '/api/2.0/sql/statements',
      status: 200,
      body: {
        statement_id: 'failed',
        status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message: `[CAST_INVALID_INPUT] ${ATTACK}` } },
      },
    });
  }
  await run(page).click();
  await expect(page.getByRole('alert')).toContainText(ATTACK);
  await product.expectAccessible();
  await product.photograph('query-failed');
  await product.platformRecovers();

  for (const method of ['GET', 'POST']) {
    await product.platformFails({
      method,
      pathPrefix: '/api/2.0/sql/statements',
      status: 200,
      body: { statement_id: 'slow', status: { state: 'RUNNING' } },
    });
  }
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText(/Running \(\d+\.\d s\)/)).toBeVisible();
  await product.photograph('query-running');
  await page.reload();
  await expect(page.getByText(/Running \(\d+\.\d s\)/)).toBeVisible();
  const cancelled = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  expect((await cancelled).status()).toBe(200);
});

test('a table that nobody may read says which right is missing', async ({ page, product }) => {
  product.expectedComplaints.push(/403/);
  await product.signInAs('outsider');
  await product.open(AIRPORTS);
  await expect(page.getByRole('alert').first()).toContainText(/USE CATALOG|SELECT/);
  await product.expectAccessible();
  await product.photograph('query-refused');
});
