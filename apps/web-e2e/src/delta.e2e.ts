import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const FLIGHTS = '/delta?path=/Volumes/demo/lake/tables/flights';
const WEATHER = '/delta?path=/Volumes/demo/lake/tables/seattle_weather';
const BROKEN = '/delta?path=/Volumes/lakescope/mounts/broken';

const tab = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Views of the table' })
    .getByText(name)
    .or(page.getByRole('tab', { name }))
    .first();

test('a person finds a table, looks around in it and travels back in time', async ({ page, product }) => {
  // Asking whether the folder itself is a table is answered by "no".
  product.expectedComplaints.push(/404/);
  await product.open('/delta?path=/Volumes/demo/lake/tables');
  const found = page.getByRole('region', { name: 'Tables below this folder' });
  await expect(found.getByRole('link')).toHaveCount(4);
  await product.expectAccessible();
  await product.photograph('delta-choose');

  await found.getByRole('link', { name: 'seattle_weather' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('seattle_weather');
  await expect(page.getByRole('main')).toContainText('1,461');
  await product.expectAccessible();
  await product.photograph('delta-overview');

  await tab(page, 'Schema').click();
  await expect(page.getByRole('main')).toContainText('temp_max');
  await product.expectAccessible();
  await product.photograph('delta-schema');

  await tab(page, 'History').click();
  const commits = page.getByRole('list', { name: 'Commits, newest first' }).locator('> li');
  await expect(commits).toHaveCount(4);
  await expect(commits.nth(1)).toContainText('schema changed');
  await product.expectAccessible();
  await product.photograph('delta-history');

  await page.getByRole('link', { name: 'View the table as of version 1' }).click();
  await expect(page.getByText('As of version 1')).toBeVisible();
  await tab(page, 'Preview').click();
  const grid = page.getByRole('grid', { name: 'Rows of the table' });
  await expect(grid.getByRole('columnheader', { name: /temp_max/ })).toBeVisible();
  await expect(grid.getByRole('columnheader', { name: /^weather/ })).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('delta-as-of');

  await page.getByRole('link', { name: 'Back to latest' }).click();
  await expect(grid.getByRole('columnheader', { name: /^weather/ })).toBeVisible();
});

test('a deep link opens the same page, version and rows', async ({ page, product }) => {
  await product.open(`${FLIGHTS}&tab=preview&version=1&offset=200&limit=50`);
  await expect(page.getByText('As of version 1')).toBeVisible();
  await expect(page.getByText('Rows 201 to 250')).toBeVisible();

  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('Rows 251 to 300')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Rows 251 to 300')).toBeVisible();
  await page.goBack();
  await expect(page.getByText('Rows 201 to 250')).toBeVisible();
});

test('columns can be chosen, and rows walked, with the keyboard alone', async ({ page, product }) => {
  await product.open(`${WEATHER}&tab=preview`);
  const grid = page.getByRole('grid', { name: 'Rows of the table' });
  await expect(grid).toBeVisible();
  await page.getByRole('button', { name: 'All columns' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('searchbox', { name: 'Find a column' }).fill('wind');
  await page.getByRole('button', { name: 'Only wind' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(grid.getByRole('columnheader')).toHaveCount(2);

  await grid.getByRole('gridcell').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(grid.locator('[data-cell="2:0"]')).toBeFocused();
  await product.photograph('delta-preview-columns');

  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export rows' });
  await dialog.getByText('Parquet').click();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^seattle_weather-v\d+\.parquet$/);
  expect((await readFile(await file.path())).subarray(0, 4).toString()).toBe('PAR1');
  await expect(dialog.getByRole('status')).toContainText('Saved');
  await product.expectAccessible();
  await product.photograph('delta-preview-export');
});

test('an empty table says so', async ({ page, product }) => {
  await product.open(`${BROKEN}/empty&tab=preview`);
  await expect(page.getByText('This version has no rows')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('delta-preview-empty');
});

for (const [name, says] of [
  ['gap', /version/i],
  ['garbage', /00000000000000000000\.json/],
] as const) {
  test(`a log with ${name} is called damaged, and what is missing is named`, async ({ page, product }) => {
    product.expectedComplaints.push(/422/);
    await product.open(`${BROKEN}/${name}`);
    await expect(page.getByRole('alert').first()).toContainText(says);
    await product.expectAccessible();
    await product.photograph(`delta-${name}`);
  });
}

test('a table of an unknown feature shows its facts and refuses its rows by name', async ({ page, product }) => {
  product.expectedComplaints.push(/422/);
  await product.open(`${BROKEN}/future`);
  await expect(page.getByRole('main')).toContainText('timeTunnel');
  await tab(page, 'Preview').click();
  await expect(page.getByRole('alert').first()).toContainText('timeTunnel');
  await product.photograph('delta-unknown-feature');
});

test('a version that never was is said, with the way back', async ({ page, product }) => {
  product.expectedComplaints.push(/404/);
  await product.open(`${WEATHER}&version=99`);
  await expect(page.getByRole('alert').first()).toContainText('99');
  await page.getByRole('link', { name: 'Back to the latest version' }).click();
  await expect(page.getByRole('main')).toContainText('1,461');
});

test('an outsider is refused with the right that is missing', async ({ page, product }) => {
  product.expectedComplaints.push(/403/);
  await product.signInAs('outsider');
  await product.open(WEATHER);
  await expect(page.getByRole('alert').first()).toContainText('USE CATALOG');
});

test('files are narrowed by partition, put in order, and opened one by one; rows are found by conditions', async ({
  page,
  product,
}) => {
  await product.open(`${FLIGHTS}&tab=files`);
  await page
    .getByRole('button', { name: /^month = / })
    .first()
    .click();
  await expect(page.getByText('1 files may hold such rows')).toBeVisible();
  await page.getByRole('button', { name: 'All files' }).click();
  await page.getByRole('columnheader', { name: 'Size' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=size&desc=true|desc=true.*sort=size/);
  const list = page.getByRole('region', { name: 'Files' });
  const first = list.getByRole('button', { name: /parquet/ }).first();
  // The largest of the three: the order is the new one.
  await expect(first).toContainText('month=2001-03');
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const statistics = page.getByRole('region', { name: 'Statistics of the file' });
  await expect(statistics.getByRole('columnheader', { name: 'Lowest' })).toBeVisible();
  await expect(page).toHaveURL(/row=2/);
  await page.reload();
  await expect(statistics).toBeVisible();
  await product.expectAccessible();
  await product.photograph('delta-files');

  await tab(page, 'Preview').click();
  await page.getByRole('button', { name: 'Add a condition' }).click();
  await page.getByRole('combobox', { name: 'Column of condition 1' }).selectOption('month');
  const value = page.getByRole('textbox', { name: 'Value of condition 1' });
  await value.fill('never');
  await value.press('Enter');
  await expect(page.getByText('No row meets these conditions')).toBeVisible();
  await expect(page.getByText('0 files read, 3 skipped')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('delta-preview-conditions');
});

test('two versions are compared with the keyboard, and the log of one is read', async ({ page, product }) => {
  await product.open(`${WEATHER}&tab=history`);
  await page.getByRole('checkbox', { name: 'Compare version 3' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Compare version 0' }).focus();
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/compare=0\.\.3/);
  const diff = page.getByRole('region', { name: 'From version 0 to 3' });
  await expect(diff).toContainText('+1,095');
  await expect(diff.getByRole('listitem')).toContainText(['weather']);
  await product.expectAccessible();
  await product.photograph('delta-diff');

  await page.getByRole('button', { name: 'Details of version 2' }).click();
  await page.getByRole('link', { name: 'Raw log of this version' }).click();
  await expect(page).toHaveURL(/tab=log/);
  await expect(page.getByText('As of version 2')).toBeVisible();
  await expect(page.getByRole('region', { name: 'commitInfo 1' })).toContainText('"operation"');
  await page.getByRole('button', { name: /^add / }).click();
  await expect(page.getByText('commitInfo', { exact: true })).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('delta-log');

  await tab(page, 'Overview').click();
  await page.getByRole('button', { name: 'Look for missing files' }).click();
  await expect(page.getByText(/files were looked for/)).toBeVisible();
});
