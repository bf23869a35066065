import { expect, test } from './test';
import { endpoints } from './workspace';

/** The local workspace's own page stands in front of the app, so it is held to what every page of ours is held to. */
test.describe('the page of the local workspace', () => {
  test.afterEach(async () => {
    await fetch(`${endpoints().app}/.local/postgres-faults`, { method: 'DELETE' });
  });

  test('can be read by everybody, in both themes and on a phone', async ({ page, product }) => {
    await page.goto('/.local');
    await page.getByRole('button', { name: 'Identity takes 8 s' }).click();
    await expect(page.getByRole('cell', { name: 'wait 8000 ms' })).toBeVisible();

    await product.expectAccessible();
    await product.photograph('local-workspace');
  });

  test('takes a person to the app as somebody else, by keyboard alone', async ({ page }) => {
    await page.goto('/.local?return_to=%2Fdelta');
    await page.getByRole('button', { name: /Anna Moreau/ }).focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/delta$/);

    await page.goto('/.local');
    await expect(page.getByText('Signed in as Anna Moreau.')).toBeVisible();
  });

  test('shows what the token says, counts down to its end, and ends it', async ({ page, product }) => {
    product.expectedComplaints.push(/401/);
    await page.goto('/.local');
    const countdown = page.locator('time[data-until]');
    await expect(countdown).toHaveText(/^in \d+:\d\d/);
    const before = await countdown.textContent();
    await expect(countdown).not.toHaveText(before ?? '');

    // Whatever comes of it, who comes next is signed in again.
    await product.tokenExpires('admin');
    await product.tokenIsRenewed('admin');
    const token = page.getByRole('region', { name: 'Token' });
    await page.getByRole('button', { name: 'Expire now' }).click();
    await expect(token.getByText('expired', { exact: true })).toBeVisible();
    expect((await page.request.get('/api/v1/user/me')).status()).toBe(401);
    await page.getByRole('button', { name: 'Issue a new one' }).click();

    await expect(token.getByText('valid', { exact: true })).toBeVisible();
    expect((await page.request.get('/api/v1/user/me')).status()).toBe(200);
  });

  test('plans a fault of one’s own, shows it at work without being reloaded, and removes it', async ({ page }) => {
    await page.goto('/.local');
    await page.getByLabel('Path starts with').fill('/api/2.0/database/instances');
    await page.getByLabel('Status').fill('503');
    await page.getByLabel('How often (empty: always)').fill('2');
    await page.getByRole('button', { name: 'Plan this fault' }).click();
    const row = page.getByRole('region', { name: 'Planned faults' }).getByRole('row', { name: /instances/ });
    await expect(row.getByRole('cell', { name: 'answer 503' })).toBeVisible();

    const { workspace, personas } = endpoints();
    const headers = { authorization: `Bearer ${personas['admin']?.token ?? ''}` };
    expect((await fetch(`${workspace}/api/2.0/database/instances`, { headers })).status).toBe(503);

    // One hit of two, seen by itself.
    await expect(row.getByRole('cell', { name: '1', exact: true })).toBeVisible();
    await row.getByRole('button', { name: /^Remove/ }).click();
    await expect(row).toBeHidden();
  });

  test('says what is wrong with a fault that cannot be', async ({ page, product }) => {
    product.expectedComplaints.push(/400/);
    await page.goto('/.local');
    await page.getByRole('button', { name: 'Plan this fault' }).click();

    await expect(page.getByRole('alert')).toHaveText('A fault says at least one thing');
  });

  test('takes the database away and gives it back', async ({ page, product }) => {
    product.expectedComplaints.push(/503/);
    await page.goto('/.local');
    await page.getByRole('button', { name: 'Database goes away' }).click();
    await expect(page.getByRole('cell', { name: 'new connections are refused' })).toBeVisible();
    await expect.poll(async () => (await page.request.get('/api/v1/lakebase/health')).status()).toBe(503);

    await page.getByRole('button', { name: 'Heal the database' }).click();

    await expect(page.getByText('The database is well.')).toBeVisible();
    await expect.poll(async () => (await page.request.get('/api/v1/lakebase/health')).status()).toBe(200);
  });

  test('has the app’s log beside it, as it is written, for who manages the app', async ({ page, product }) => {
    product.expectedComplaints.push(/403/);
    await page.goto('/logz');
    await expect(page.getByRole('status')).toHaveText('live');
    const lines = page.getByRole('list', { name: 'Lines, newest last' }).getByRole('listitem');
    const mark = `/api/v1/nothing-${Date.now()}`;
    await page.request.get(mark);

    await expect(lines.filter({ hasText: mark })).toBeInViewport();
    await page.getByLabel('Filter').fill(mark);
    await expect(lines.filter({ visible: true })).toHaveCount(1);
    await product.expectAccessible();
    await product.photograph('app-log');

    await product.signInAs('analyst');
    await page.goto('/logz');
    await expect(page.getByText('CAN_MANAGE on the app lakescope is needed to read its log.')).toBeVisible();
  });
});
