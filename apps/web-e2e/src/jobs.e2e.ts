import { expect, test } from './test';

test('a person plans a run, starts it and sees what it did; another person does not', async ({ page, product }) => {
  await product.signInAs('admin');
  await product.open('/jobs');
  await page.getByRole('link', { name: 'New run…' }).first().click();
  const [source, target] = [page.getByRole('group', { name: 'Source' }), page.getByRole('group', { name: 'Target' })];
  await source.getByLabel('S3 connection to read with').selectOption('default');
  await target.getByLabel('S3 connection to write with').selectOption('default');
  await source.getByLabel('Manifest').fill('s3://demo-cda/cda');
  await target.getByLabel('Folder for the tables').fill('s3://demo-cda-tables/journey');
  await page.getByLabel('Only these; * and ? stand for others').fill('bc_charge, bc_invoice');
  product.expectedComplaints.push(/400/);
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await expect(source.getByText('must name the manifest itself')).toBeVisible();

  await source.getByLabel('Manifest').fill('s3://demo-cda/cda/manifest.json');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  const plan = page.getByRole('region', { name: 'Plan by table' });
  await expect(plan.getByRole('row', { name: /bc_charge ready/ })).toContainText('nothing ingested yet');
  await expect(page.getByText('Never run VACUUM on tables that are made so')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('jobs-plan');
  await page.getByRole('radio', { name: /Copy/ }).check();
  await expect(page.getByText('plan again before you start')).toBeVisible();
  await page.getByRole('button', { name: 'Plan again' }).click();
  await page.getByRole('button', { name: 'Start the run' }).click();

  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  await expect(page.getByText('completed', { exact: true })).toHaveCount(3, { timeout: 60_000 });
  const log = page.getByRole('log', { name: 'Log of the run' });
  await expect(log).toContainText('bc_invoice');
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('no such words');
  await expect(log).toContainText('No line has that in it');
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('');
  await page.getByRole('button', { name: 'bc_charge' }).click();
  await expect(page.getByRole('table', { name: 'Folders' }).getByText('ingested')).toHaveCount(1);
  await product.expectAccessible();
  await product.photograph('jobs-run');
  await page
    .getByRole('row', { name: /bc_charge/ })
    .getByRole('link')
    .click();
  await expect(page).toHaveURL(/\/delta\?.*bc_charge/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('bc_charge');

  await product.signInAs('analyst');
  await product.open('/jobs');
  await expect(page.getByText('No run yet')).toBeVisible();
  product.expectedComplaints.push(/404/);
  await product.open(address);
  await expect(page.getByText('There is no ingestion job of this id, or it is not yours.')).toBeVisible();
});

const MANIFEST = 's3://demo-cda/cda/manifest.json';

function fieldsOf(target: string): string {
  return new URLSearchParams({
    from: 'default',
    manifest: MANIFEST,
    to: 'default',
    target,
    include: 'bc_charge, bc_invoice',
  }).toString();
}

test('a schedule is made from a plan, paused by the keyboard, run by hand and deleted; another person sees none', async ({
  page,
  product,
}) => {
  await product.signInAs('admin');
  await product.open('/jobs/schedules');
  await expect(page.getByText('No schedule yet')).toBeVisible();
  await product.open(`/jobs/new?then=schedule&${fieldsOf('s3://demo-cda-tables/clock')}`);
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('button', { name: 'Schedule this…' }).click();
  const form = page.getByRole('dialog', { name: 'New schedule' });
  await form.getByLabel('Name', { exact: true }).fill('Billing, every night');
  await form.getByLabel('How often').selectOption({ label: 'Every day at 02:00' });
  await form.getByLabel('On the clock of').fill('Asia/Tokyo');
  await expect(form.getByRole('cell', { name: /02:00 GMT\+9/ })).toHaveCount(5);
  await expect(form.getByRole('cell', { name: /17:00 UTC/ })).toHaveCount(5);
  product.expectedComplaints.push(/400/);
  await form.getByLabel('Cron: minute').fill('61 * * * *');
  await expect(form.getByRole('alert')).toContainText('0 to 59');
  await product.expectAccessible();
  await form.getByLabel('How often').selectOption({ label: 'Every hour' });
  await expect(form.getByRole('alert')).toHaveCount(0);
  await form.getByRole('button', { name: 'Create the schedule' }).click();

  await expect(page).toHaveURL(/\/jobs\/schedules$/);
  const row = page.getByRole('row', { name: /Billing, every night/ });
  await expect(row).toContainText('Every hour');
  await expect(row).toContainText('none yet');
  await product.expectAccessible();
  await product.photograph('jobs-schedules');
  const isOn = row.getByRole('switch', { name: 'Start runs of “Billing, every night” when they are due' });
  await isOn.focus();
  await page.keyboard.press('Space');
  await expect(isOn).toHaveAttribute('aria-checked', 'false');
  await expect(row).toContainText('paused');
  await isOn.click();
  await expect(isOn).toHaveAttribute('aria-checked', 'true');

  await row.getByRole('button', { name: 'Run now: “Billing, every night”' }).click();
  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]{36}$/);
  await expect(page.getByText('completed', { exact: true })).toHaveCount(3, { timeout: 60_000 });
  await page.getByRole('link', { name: 'by a schedule' }).click();
  await expect(page.getByRole('row', { name: /demo-cda-tables\/clock/ })).toContainText('completed');
  await page.getByRole('link', { name: 'Schedules' }).click();
  await expect(row).toContainText('completed');

  await row.getByRole('link', { name: 'Fields of “Billing, every night”' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What “Billing, every night” runs');
  await page.getByLabel('Only these; * and ? stand for others').fill('bc_charge');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('button', { name: 'Save to the schedule' }).click();
  await expect(page).toHaveURL(/\/jobs\/schedules$/);

  await product.signInAs('analyst');
  await product.open('/jobs/schedules');
  await expect(page.getByText('No schedule yet')).toBeVisible();
  await product.signInAs('admin');
  await product.open('/jobs/schedules');
  await row.getByRole('button', { name: 'Delete “Billing, every night”' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the schedule “Billing, every night”?' });
  await question.getByRole('button', { name: 'Delete the schedule' }).click();
  await expect(page.getByText('No schedule yet')).toBeVisible();
});

test('freshness is seen by target and table, with thresholds set where they stand, all by the keyboard', async ({
  page,
  product,
}, { retry }) => {
  // What a try before has ingested is not new any more.
  const target = `s3://demo-cda-tables/fresh${retry || ''}`;
  await product.signInAs('admin');
  await product.open(`/jobs/new?${fieldsOf(target)}`);
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('button', { name: 'Start the run' }).click();
  await expect(page.getByText('completed', { exact: true })).toHaveCount(3, { timeout: 60_000 });

  await product.open(`/jobs/freshness?q=bc_&target=${encodeURIComponent(target)}`);
  const targets = page.getByRole('region', { name: 'Freshness by target' });
  const tables = page.getByRole('region', { name: 'Freshness by table' });
  await expect(tables.getByRole('row')).toHaveCount(3);
  await targets.getByRole('button', { name: `Set when ${target} is late` }).focus();
  await page.keyboard.press('Enter');
  await expect(targets.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('2 h');
  await page.keyboard.press('Enter');
  await expect(targets.getByRole('button', { name: `${target} is late after 2 h; change it` })).toBeFocused();
  await expect(tables.getByRole('row', { name: /bc_invoice/ })).toContainText('of the target');

  await tables.getByRole('button', { name: 'bc_charge is late after 2 h; change it' }).press('Enter');
  await expect(tables.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('soon');
  await page.keyboard.press('Enter');
  await expect(tables.getByRole('textbox')).toHaveValue('soon');
  await tables.getByRole('textbox').fill('30');
  await page.keyboard.press('Enter');
  await expect(tables.getByRole('row', { name: /bc_charge/ })).toContainText('30 min');
  await expect(tables.getByRole('row', { name: /bc_charge/ })).not.toContainText('of the target');

  await tables.getByRole('button', { name: 'Table' }).click();
  await expect(page).toHaveURL(/sort=table/);
  await tables.getByRole('link', { name: 'bc_charge', exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(tables.getByRole('link', { name: 'bc_invoice', exact: true })).toBeFocused();
  await product.expectAccessible();
  await product.photograph('jobs-freshness');
  await targets.getByRole('button', { name: `Check now: the manifest of ${target}` }).click();
  await expect(targets.getByRole('button', { name: `Check now: the manifest of ${target}` })).toHaveText('Check now');
  await expect(targets.locator('.told')).toHaveCount(0);
  await tables.getByRole('link', { name: 'bc_charge', exact: true }).click();
  await expect(page).toHaveURL(/\/delta\?.*bc_charge/);
  // The table is the admin's: what is still asked for it must not be asked as somebody else.
  await page.waitForLoadState('networkidle');

  await product.signInAs('analyst');
  await product.open('/jobs/freshness');
  await expect(page.getByText('No table was ingested yet')).toBeVisible();
});
