import { expect, test } from './test';

test('a person walks down to a file and downloads it', async ({ page, product }) => {
  await product.open('/files');
  for (const name of ['demo', 'lake', 'files', 'weather']) {
    await page.getByRole('main').getByRole('link', { name, exact: true }).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  }
  await expect(page).toHaveURL(/path=.*weather/);
  await product.expectAccessible();
  await product.photograph('files-folder');

  const download = page.waitForEvent('download');
  await page.getByRole('main').getByRole('link', { name: 'Download seattle-weather.csv' }).click();
  expect((await download).suggestedFilename()).toBe('seattle-weather.csv');

  const names: string[] = [];
  page.on('download', (each) => names.push(each.suggestedFilename()));
  await page.getByRole('checkbox', { name: 'Choose all' }).check();
  await page.getByRole('button', { name: 'Download what is chosen' }).click();
  await expect.poll(() => [...names].sort()).toEqual(['co2-concentration.csv', 'seattle-weather.csv']);
});

test('the beginning of a file is shown as what it is, beside the list', async ({ page, product }) => {
  const pane = page.getByRole('complementary');
  product.expectedComplaints.push(/404/);
  // The path of a file leads to its folder, with the file shown.
  await product.open('/files?path=/Volumes/demo/lake/files/weather/seattle-weather.csv');
  await expect(page).toHaveURL(/weather&show=seattle-weather.csv/);
  await expect(pane.getByRole('gridcell', { name: '2012-01-01' })).toBeVisible();
  await expect(page.getByRole('row', { name: /seattle-weather/ })).toHaveAttribute('aria-selected', 'true');
  await product.expectAccessible();
  await product.photograph('files-preview');

  const files = page.getByRole('grid', { name: 'weather' });
  await files.focus();
  await page.keyboard.press('ArrowUp');
  await expect(pane.getByRole('heading')).toHaveText('co2-concentration.csv');
  await pane.getByRole('button', { name: 'Close the preview' }).click();
  await expect(pane).toBeHidden();

  const openPath = async (path: string) => {
    await page.getByRole('textbox', { name: 'Path' }).fill(path);
    await page.keyboard.press('Enter');
  };
  await openPath('/Volumes/demo/lake/files/images/7zip.png');
  await expect(pane.getByRole('img', { name: '7zip.png' })).toBeVisible();
  await openPath('/Volumes/demo/lake/files/maps/londonBoroughs.json');
  await expect(pane.getByText('"Topology"')).toBeVisible();
  await openPath('/Volumes/demo/lake/files/DATA-SOURCES.md');
  await expect(pane.getByText('# Where the demo data is from')).toBeVisible();
});

test('names are filtered, chosen and copied by keyboard alone', async ({ page, product, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await product.open('/files?path=/Volumes/demo/lake/files');
  await expect(page.getByRole('row', { name: /images/ })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('a');
  await expect(page.getByText(/\d of the \d+ entries/)).toBeVisible();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByRole('row', { selected: true })).toHaveCount(2);
  await product.expectAccessible();
  await product.photograph('files-chosen');
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    '/Volumes/demo/lake/files/images\n/Volumes/demo/lake/files/maps',
  );
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { selected: true })).toHaveCount(0);
});

test('a folder that is a Delta table offers to inspect it', async ({ page, product }) => {
  await product.open('/files?path=/Volumes/demo/lake/tables/flights');
  await page.getByRole('link', { name: 'Inspect table' }).click();
  await expect(page).toHaveURL(/\/delta\?path=/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('flights');
});

test('a path that does not exist is said, with the way back', async ({ page, product }) => {
  product.expectedComplaints.push(/404/);
  await product.open('/files?path=/Volumes/demo/lake/nowhere');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go one level up' })).toBeVisible();
  await product.expectAccessible();
  await product.photograph('files-missing');
});

test('an outsider sees an explanation instead of data', async ({ page, product }) => {
  await product.signInAs('outsider');
  await product.open('/files');
  await expect(page.getByText('No catalog is visible to you')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('files-empty');
});

test('while the platform is away the page says so, and Retry brings the files', async ({ page, product }) => {
  product.expectedComplaints.push(/50[0-9]/);
  await product.platformFails({
    pathPrefix: '/api/2.0/fs/directories',
    status: 503,
    body: { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'down' },
  });
  await product.open('/files?path=/Volumes/demo/lake/files');
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 });
  await product.photograph('files-platform-away');

  await product.platformRecovers();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('link', { name: 'weather', exact: true }).first()).toBeVisible();
});
