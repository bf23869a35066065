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
