import { readFileSync } from 'node:fs';
import { expect, test } from './test';

test('preferences are reached from the menu, and follow the person', async ({ page, product, browser, baseURL }) => {
  await product.signInAs('engineer');
  await product.open('/');
  await page.getByRole('button', { name: /you and your settings/ }).click();
  await product.expectAccessible();
  await product.photograph('user-menu');
  await page.getByRole('link', { name: 'Preferences and your data' }).click();
  await expect(page).toHaveURL(/\/preferences$/);
  await expect(page.getByText('Kept in Lakebase under your name')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('preferences');

  const choose = async (density: string) => {
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
    await page.getByRole('main').getByRole('radio', { name: density }).check();
    await saved;
  };
  await choose('Compact');
  const other = await browser.newContext({ baseURL, extraHTTPHeaders: { 'X-Local-Persona': 'engineer' } });
  const otherDevice = await other.newPage();
  await otherDevice.goto('/preferences');
  await expect(otherDevice.getByRole('main').getByRole('radio', { name: 'Compact' })).toBeChecked();
  await other.close();
  await choose('Comfortable');
});

test('a choice that another tab made differently is told, and the person decides', async ({
  page,
  product,
  context,
}) => {
  product.expectedComplaints.push(/412/);
  await product.signInAs('engineer');
  await product.open('/preferences');
  const theme = (tab: typeof page, name: string) => tab.getByRole('main').getByRole('radio', { name });
  const put = (tab: typeof page) => tab.waitForResponse((response) => response.request().method() === 'PUT');
  const first = put(page);
  await theme(page, 'Light').check();
  await first;

  const other = await context.newPage();
  await other.goto('/preferences');
  await expect(theme(other, 'Light')).toBeChecked();
  const theirs = put(other);
  await theme(other, 'Dark').check();
  await theirs;

  // Not `check`: the answer of the server takes the choice back before anybody could see it.
  await theme(page, 'System').click();
  await expect(page.getByText('Another tab or device has set your theme to “dark”')).toBeVisible();
  await expect(theme(page, 'Dark')).toBeChecked();
  await product.expectAccessible();
  await product.photograph('preferences-conflict');

  const mine = put(page);
  await page.getByRole('button', { name: 'Use “system”' }).click();
  expect((await mine).status()).toBe(200);
  await expect(theme(page, 'System')).toBeChecked();
  await page.reload();
  await expect(theme(page, 'System')).toBeChecked();
});

test('a person takes their data along, then has it erased', async ({ page, product }) => {
  await product.signInAs('analyst');
  await product.open('/delta?path=/Volumes/demo/lake/tables/airports');
  const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.getByRole('button', { name: 'Favourite' }).click();
  await saved;

  await product.open('/preferences');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download my data' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.json$/);
  const text = readFileSync(await file.path(), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ user_id: 'anna.moreau@lakescope.example' });
  expect(text).toContain('/Volumes/demo/lake/tables/airports');

  await page.getByRole('button', { name: 'Erase my data…' }).click();
  const question = page.getByRole('dialog', { name: /Erase everything stored about anna\.moreau/ });
  await expect(question).toContainText('audit log');
  await product.expectAccessible();
  await product.photograph('preferences-erase');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();

  await page.getByRole('button', { name: 'Erase my data…' }).click();
  await question.getByRole('button', { name: 'Erase my data' }).click();
  await expect(page.getByText(/Deleted rows: .*user_preferences/)).toBeVisible();
  await product.photograph('preferences-erased');
  await product.open('/delta');
  await expect(page.getByText('No table opened yet')).toBeVisible();
});

test('while Lakebase is away choices are kept on the device, and the page says so', async ({ page, product }) => {
  product.expectedComplaints.push(/503/);
  await product.signInAs('engineer');
  await product.databaseGoesAway();
  await product.open('/preferences');
  await expect(page.getByText('Lakebase does not answer at the moment')).toBeVisible({ timeout: 60_000 });
  await product.expectAccessible();
  await product.photograph('preferences-database-away');

  await product.databaseRecovers();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Kept in Lakebase under your name')).toBeVisible({ timeout: 60_000 });
});

test('a theme chosen while Lakebase was away is stored by the next visit', async ({ page, product }) => {
  product.expectedComplaints.push(/503/);
  await product.signInAs('engineer');
  await product.databaseGoesAway();
  await product.open('/preferences');
  await expect(page.getByText('Lakebase does not answer at the moment')).toBeVisible({ timeout: 60_000 });
  const theme = (name: string) => page.getByRole('main').getByRole('radio', { name });
  await theme('Dark').check();

  await product.databaseRecovers();
  const status = async () => (await page.request.get('/api/v1/preferences')).status();
  await expect.poll(status, { timeout: 60_000 }).toBe(200);
  const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.reload();
  expect((await saved).status()).toBe(200);
  await expect(page.getByText('Kept in Lakebase under your name')).toBeVisible();
  await expect(theme('Dark')).toBeChecked();
  await theme('System').check();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('lakescope.unstored'))).toBeNull();
});
