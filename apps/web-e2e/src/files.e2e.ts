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
