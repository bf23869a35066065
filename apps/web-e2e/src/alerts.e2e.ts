import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test';

const PAGE = '/usage-metrics/alerts';
/** Rules are looked at every minute. */
const LOOKED_AT_MS = 100_000;

const row = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

/** By what a field is called: the text of a label holds the options of its list too. */
function fieldOf(form: Locator, name: string): Locator {
  const options = { name, exact: true };
  return form
    .getByRole('combobox', options)
    .or(form.getByRole('textbox', options))
    .or(form.getByRole('spinbutton', options))
    .or(form.getByLabel(name, { exact: true }))
    .first();
}

async function fill(form: Locator, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = fieldOf(form, name);
    const isList = await field.evaluate((element) => element instanceof HTMLSelectElement, undefined, {
      timeout: 5000,
    });
    if (isList) await field.selectOption({ label: value });
    else await field.fill(value);
  }
}

async function deleteRule(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Delete “${name}”` }).click();
  const question = page.getByRole('dialog', { name: `Delete the alert rule “${name}”?` });
  await question.getByRole('button', { name: 'Delete the rule' }).click();
  await expect(row(page, name)).toHaveCount(0);
  // The button that was pressed went with its row.
  await expect(page.getByRole('main')).toBeFocused();
}

test('an admin makes the first rule, sees it fire, switches it off and deletes it by its name', async ({
  page,
  product,
}) => {
  test.slow();
  await product.open(PAGE);
  await expect(page.getByText('No rule watches the metrics yet')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Storage of the metrics' }).getByRole('listitem')).toHaveCount(5);
  await product.expectAccessible();
  await product.photograph('alerts-empty');

  await page.getByRole('button', { name: 'New rule…' }).click();
  const form = page.getByRole('dialog', { name: 'New alert rule' });
  await product.expectAccessible();
  await product.photograph('alerts-new-rule');
  await fill(form, {
    Name: 'Somebody is here',
    'When this': 'Number of requests',
    Is: 'above',
    'Requests in the window': '1',
    'Window, minutes': '5',
  });
  await form.getByRole('button', { name: 'Create the rule' }).click();
  await expect(page.getByText('“Somebody is here” is stored')).toBeVisible();
  const rule = row(page, 'Somebody is here');
  await expect(rule).toContainText('Number of requests above 1 within 5 min');

  await expect(async () => {
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(rule.getByText('Firing')).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: LOOKED_AT_MS, intervals: [2000] });
  await expect(rule).toContainText(/since/);
  await product.expectAccessible();
  await product.photograph('alerts-firing');

  const onOff = page.getByRole('switch', { name: 'Look at “Somebody is here”' });
  await expect(onOff).toBeChecked();
  await onOff.click();
  await expect(onOff).not.toBeChecked();
  await expect(rule).toContainText('Off');
  await page.reload();
  await expect(onOff).not.toBeChecked();

  await page.getByRole('button', { name: 'Delete “Somebody is here”' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the alert rule “Somebody is here”?' });
  await product.expectAccessible();
  await product.photograph('alerts-delete');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(rule).toBeVisible();
  await deleteRule(page, 'Somebody is here');
  await expect(page.getByText('No rule watches the metrics yet')).toBeVisible();
  await product.open('/admin/audit');
  await expect(page.getByRole('button', { name: /^Details of alert/ }).first()).toBeVisible();
});

test('a rule is changed without telling where its messages go, and a test of it tells what became of it', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/400|409/);
  await product.open(PAGE);
  await page.getByRole('button', { name: 'New rule…' }).click();
  const form = page.getByRole('dialog', { name: 'New alert rule' });
  await fill(form, {
    Name: 'Slow answers',
    'When this': 'Latency',
    Percentile: 'p99',
    Milliseconds: '250',
    'Begins after, minutes': '2',
    'Of requests to': '/api/v1/status',
    Method: 'GET',
    'Address, https': 'https://127.0.0.1/inside',
    'Secret that signs the messages, 16 characters or more': 'a secret of some length',
  });
  await form.getByRole('button', { name: 'Create the rule' }).click();
  const address = form.getByLabel('Address, https');
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await product.expectAccessible();
  await product.photograph('alerts-refused-webhook');
  await address.fill('https://hooks.lakescope.invalid/services/T000');
  await form.getByRole('button', { name: 'Create the rule' }).click();
  await expect(form).toBeHidden();
  const rule = row(page, 'Slow answers');
  await expect(rule).toContainText('p99 latency of GET /api/v1/status above 250 ms within 5 min, for 2 min');
  await expect(rule).toContainText('hooks.lakescope.invalid');
  await expect(page.locator('body')).not.toContainText('T000');

  const tryOut = page.getByRole('button', { name: 'Send a test of “Slow answers”' });
  await tryOut.press('Enter');
  await expect(page.getByText(/Test message to hooks\.lakescope\.invalid, one attempt/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(tryOut).toBeFocused();
  await product.expectAccessible();
  await product.photograph('alerts-test-failed');

  await page.getByRole('button', { name: 'Edit “Slow answers”' }).click();
  const change = page.getByRole('dialog', { name: 'Edit “Slow answers”' });
  await expect(change.getByLabel('Milliseconds', { exact: true })).toHaveValue('250');
  await expect(change.getByLabel('Address, https')).toHaveValue('');
  await product.photograph('alerts-edit');
  await fill(change, { 'When this': 'Error rate', 'Percent of the requests': '2.5' });
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(rule).toContainText('Error rate of GET /api/v1/status above 2.5 % within 5 min, for 2 min');
  await expect(rule).toContainText('hooks.lakescope.invalid');

  await page.getByRole('button', { name: 'New rule…' }).click();
  await fill(form, { Name: 'Slow answers', 'Percent of the requests': '1' });
  await form.getByRole('button', { name: 'Create the rule' }).click();
  await expect(form.getByRole('alert')).toContainText('choose another name');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Edit “Slow answers”' }).click();
  await change.getByLabel('Remove the webhook').check();
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(rule).not.toContainText('hooks.lakescope.invalid');
  await deleteRule(page, 'Slow answers');
});

test('rules are made and deleted with the keyboard alone', async ({ page, product }) => {
  await product.open(PAGE);
  await page.getByRole('button', { name: 'New rule…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  await expect(row(page, 'By keyboard')).toContainText('Error rate of all requests above 5 % within 5 min');
  await page.getByRole('switch', { name: 'Look at “By keyboard”' }).focus();
  await page.keyboard.press('Space');
  await expect(row(page, 'By keyboard')).toContainText('Off');
  await page.getByRole('button', { name: 'Delete “By keyboard”' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Delete the alert rule “By keyboard”?' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(row(page, 'By keyboard')).toHaveCount(0);
});

test('while the database is away nothing is made up, and the page comes back by itself', async ({ page, product }) => {
  product.expectedComplaints.push(/503/);
  await product.open('/usage-metrics');
  await product.databaseGoesAway();
  await page.getByRole('navigation', { name: 'Parts of the metrics' }).getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('No rule watches the metrics yet')).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('alerts-database-away');

  await product.databaseRecovers();
  await expect(async () => {
    await page.getByRole('button', { name: 'Retry' }).first().click();
    await expect(page.getByText('No rule watches the metrics yet')).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
});

test('an analyst is told that alerts are for admins', async ({ page, product }) => {
  await product.signInAs('analyst');
  await product.open(PAGE);
  await expect(page.getByRole('alert')).toContainText('Only administrators may do this');
  await expect(page.getByRole('button', { name: 'New rule…' })).toHaveCount(0);
  for (const path of ['alerts', 'alerts/storage']) {
    expect((await page.request.get(`/api/v1/metrics/${path}`)).status()).toBe(403);
  }
});
