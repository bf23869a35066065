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
