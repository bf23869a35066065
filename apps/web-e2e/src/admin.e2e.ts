import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { leaveRecordsBehind } from './stored-records';
import { expect, test } from './test';

const ADMIN = 'ada.keller@lakescope.example';
const fact = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator('xpath=following-sibling::dd');

test('an admin reads off what runs, and rotates the database credential after being asked', async ({
  page,
  product,
}) => {
  await product.open('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Admin' }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await expect(fact(page, 'Kind')).toHaveText('Lakebase Provisioned');
  await expect(page.getByRole('row', { name: /answers now/ })).toHaveCount(1);
  await expect(page.getByRole('link', { name: 'Local workspace and faults' })).toHaveAttribute('href', '/.local');
  const countdown = fact(page, 'Next refresh').getByRole('timer');
  await expect(countdown).toHaveText(/^in \d+ min \d\d s$/);
  const before = await countdown.textContent();
  await expect(countdown).not.toHaveText(before ?? '');
  await product.expectAccessible();
  await product.photograph('admin-overview');

  await page.getByRole('button', { name: 'Rotate credential…' }).click();
  const question = page.getByRole('dialog', { name: 'Rotate the database credential?' });
  await product.expectAccessible();
  await product.photograph('admin-rotate');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Rotate credential…' }).click();
  await question.getByRole('button', { name: 'Rotate credential' }).click();
  await expect(page.getByText('The database credential is rotated')).toBeVisible();

  await product.open('/admin/audit?action=credential.rotate');
  await expect(page.getByRole('button', { name: /^Details of credential\.rotate/ })).toHaveCount(1);
});

test('the database page shows health and pool, as lines and as a table', async ({ page, product }) => {
  await product.open('/admin/database');
  await expect(fact(page, 'State')).toContainText('Works');
  await expect(page.getByRole('img', { name: /^Connections\. In use: last \d+/ })).toBeVisible();
  await page.getByText('All numbers of “Connections” as a table').click();
  const numbers = page.getByRole('region', { name: 'Connections' });
  await expect(numbers.getByRole('columnheader')).toHaveText(['Time', 'In use', 'Idle', 'Waiting for one']);
  expect(await numbers.getByRole('row').count()).toBeGreaterThan(1);
  await product.expectAccessible();
  await product.photograph('admin-database');
});

test('a database that is away is said with the way to find out why, and comes back by itself', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/503/);
  await product.open('/admin');
  await product.databaseGoesAway();
  await page.getByRole('link', { name: 'Health and pool' }).click();
  await expect(page.getByRole('alert').getByRole('link', { name: 'Check the set-up' })).toBeVisible({
    timeout: 60_000,
  });
  await product.expectAccessible();
  await product.photograph('admin-database-away');

  await product.databaseRecovers();
  await page.getByRole('alert').first().getByRole('button', { name: 'Retry' }).click();
  await expect(fact(page, 'State')).toContainText('Works', { timeout: 60_000 });
});

test('the audit log is narrowed by what the URL says, opened and downloaded', async ({ page, product }) => {
  await product.open('/');
  const rotated = await page.request.post('/api/v1/admin/credentials/rotate', {
    headers: { origin: page.url().slice(0, -1) },
  });
  expect(rotated.ok(), await rotated.text()).toBe(true);

  await product.open('/admin/audit');
  await page.getByLabel('User').fill(ADMIN);
  await page.getByLabel('Action').fill('credential.rotate');
  await page.getByLabel('Outcome').selectOption('success');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page).toHaveURL(/user_id=ada.keller.*action=credential\.rotate.*outcome=success/);
  await page.reload();
  await expect(page.getByLabel('Action')).toHaveValue('credential.rotate');
  const details = page.getByRole('button', { name: /^Details of/ });
  await expect(details.first()).toHaveAccessibleName(/credential\.rotate/);
  await details.first().click();
  await expect(page).toHaveURL(/entry=\d+/);
  await expect(fact(page, 'Correlation id').getByRole('button', { name: 'Copy correlation id' })).toBeVisible();
  await product.expectAccessible();
  await product.photograph('admin-audit');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const lines = readFileSync(await (await download).path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(lines[0]).toContain('action');
  expect(lines.length).toBe((await details.count()) + 1);
  for (const line of lines.slice(1)) expect(line).toContain('credential.rotate');

  await page.getByLabel('Action').fill('no.such.action');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page.getByText('No entry fits this filter')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('admin-audit-empty');
});

test('orphaned records are counted before anything is deleted, and deleted by their number', async ({
  page,
  product,
}) => {
  await product.open('/admin/orphaned?inactive_days=200');
  await expect(page.getByText('Nobody has been away for that long')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('admin-orphaned-empty');

  await leaveRecordsBehind('gone.person@lakescope.example', 300);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('row', { name: /gone\.person@lakescope\.example/ })).toContainText('user_preferences 1');
  await product.expectAccessible();
  await product.photograph('admin-orphaned');

  await page.getByRole('button', { name: 'Purge…' }).click();
  const dialog = page.getByRole('dialog', { name: /Purge records of users inactive for 200 days/ });
  await expect(dialog).toContainText('one row of one user');
  const purge = dialog.getByRole('button', { name: /^Delete/ });
  await expect(purge).toBeDisabled();
  await dialog.getByRole('textbox').fill('delete 2 rows');
  await expect(purge).toBeDisabled();
  await product.expectAccessible();
  await product.photograph('admin-orphaned-purge');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /gone\.person/ })).toBeVisible();

  await page.getByRole('button', { name: 'Purge…' }).click();
  await dialog.getByRole('textbox').fill('delete 1 row');
  await purge.click();
  await expect(page.getByText('Nobody has been away for that long')).toBeVisible();
  await product.open('/admin/audit?action=orphaned_records.purge');
  await expect(page.getByRole('button', { name: /^Details of/ }).first()).toBeVisible();
});

test('scopes and set-up say that nothing is missing, and can be checked again', async ({ page, product }) => {
  await product.open('/admin/scopes');
  const scope = page.getByRole('row', { name: /unity-catalog/ });
  await expect(scope).toContainText('Browse catalogs');
  await expect(scope.getByText('Granted')).toHaveCount(2);
  await product.expectAccessible();
  await product.photograph('admin-scopes');

  await page.getByRole('link', { name: 'Set-up' }).click();
  await expect(page).toHaveURL(/\/admin\/setup$/);
  const checks = page.getByRole('list', { name: 'Checks' }).getByRole('listitem');
  await expect.poll(() => checks.count()).toBeGreaterThan(5);
  await expect(checks.filter({ hasText: 'Failed' })).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('admin-setup');

  // What the tracker sends meanwhile is refused, and sent again later.
  product.expectedComplaints.push(/503/);
  await product.databaseGoesAway();
  await page.getByRole('button', { name: 'Run again' }).click();
  const failed = checks.filter({ hasText: 'Failed' });
  await expect(failed).not.toHaveCount(0, { timeout: 60_000 });
  await expect(failed.getByRole('button', { name: /^Copy fix of/ }).first()).toBeVisible();
  await product.expectAccessible();
  await product.photograph('admin-setup-failed');
});

test('an analyst finds no way into the admin area, and is told by whom to be let in', async ({ page, product }) => {
  await product.signInAs('analyst');
  await product.open('/');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Files' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  for (const path of ['/admin', '/admin/audit', '/admin/orphaned']) {
    await product.open(path);
    await expect(page.getByRole('alert')).toContainText('Only administrators may do this');
    await expect(page.getByRole('alert')).toContainText(/in these groups:\s*analysts/);
    await expect(page.getByRole('navigation', { name: 'Parts of the admin area' })).toHaveCount(0);
  }
  await product.expectAccessible();
  await product.photograph('admin-refused');
  await page.getByRole('link', { name: 'See what you may do here, and what is missing' }).click();
  await expect(page.getByText('Member of admins').first()).toBeVisible();
  const refused = await page.request.get('/api/v1/admin/audit');
  expect(refused.status()).toBe(403);
  expect(await refused.json()).toMatchObject({ error_code: 'ADMIN_REQUIRED' });
});

test('on a phone the parts of the admin area that do not fit are hinted at and reached', async ({ page, product }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await product.open('/admin');
  // What comes later must not bring the line back to its beginning.
  await expect(page.getByRole('heading', { name: 'Replicas' })).toBeVisible();
  const parts = page.getByRole('navigation', { name: 'Parts of the admin area' });
  const setup = parts.getByRole('link', { name: 'Set-up' });
  await expect(setup).not.toBeInViewport();
  const arrows = page.locator('ls-tabs .arrows button');
  await expect(arrows.first()).toBeDisabled();
  await arrows.last().click();
  await expect(setup).toBeInViewport({ ratio: 0.99 });
  await expect(arrows.last()).toBeDisabled();
  await setup.click();
  // The part is loaded first; before that a reload shows what was there.
  await expect(page).toHaveURL(/\/admin\/setup$/);
  await page.reload();
  await expect(setup).toBeInViewport({ ratio: 0.99 });
  await product.expectAccessible();

  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(arrows).toHaveCount(0);
});

test('the admin area is walked with the keyboard alone', async ({ page, product }) => {
  await product.open('/');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(/\/admin$/);
  await page.getByRole('navigation', { name: 'Parts of the admin area' }).getByRole('link', { name: 'Audit' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/admin\/audit$/);
  await page.keyboard.press('/');
  await expect(page.getByLabel('User')).toBeFocused();
  await page.keyboard.type('nobody@lakescope.example');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No entry fits this filter')).toBeVisible();
});
