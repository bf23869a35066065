import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Download, Page } from '@playwright/test';
import { expect, test } from './test';
import { endpoints } from './workspace';

const BUCKET = 'journeys';
/** One more than fits into a page of the browser's list. */
const MANY = 501;

test('a person makes a connection, checks its rights, changes and deletes it', async ({ page, product, context }) => {
  product.expectedComplaints.push(/412/);
  await product.signInAs('engineer');
  await product.open('/s3');
  await expect(page.getByText('No S3 connection yet')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('s3-empty');

  const { endpoint, access_key_id: key, secret_access_key: secret } = endpoints().s3;
  await page.getByRole('button', { name: 'New connection…' }).click();
  const form = page.getByRole('dialog', { name: 'New S3 connection' });
  await form.getByLabel('Name', { exact: true }).fill('Lake');
  await form.getByRole('textbox', { name: 'Endpoint' }).fill('http://10.0.0.1');
  await form.getByLabel('Access key id').fill(key);
  await form.getByLabel('Secret access key').fill(secret);
  product.expectedComplaints.push(/400/);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('is not on the public internet')).toBeVisible();
  await product.expectAccessible();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(endpoint);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();

  await page.getByRole('button', { name: 'Check the rights of Lake' }).click();
  const report = page.getByRole('region', { name: 'Rights of “Lake”' });
  await expect(report.getByRole('row', { name: /List objects/ })).toContainText('not tried');
  await report.getByLabel('Bucket').fill('lakescope-lake');
  await report.getByLabel('Also write a small object').check();
  await report.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(report.getByRole('status').filter({ hasText: 'readable and writable' })).toBeVisible();
  await expect(report.getByText('ok', { exact: true })).toHaveCount(7);
  await product.photograph('s3-rights');

  // Two tabs: what the other one stored is shown, and not written over unseen.
  await page.getByRole('button', { name: 'Edit Lake' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit “Lake”' });
  await expect(edit.getByLabel('Secret access key')).toHaveValue('');
  const id = (await connections(page))[0]?.id ?? '';
  await page.request.patch(`/api/v1/s3/connections/${id}`, { data: { bucket: 'lakescope-lake' } });
  await edit.getByLabel('Name', { exact: true }).fill('Claims lake');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByText('is at version 2')).toBeVisible();
  await product.photograph('s3-connection-conflict');
  await edit.getByRole('button', { name: 'Store mine over it' }).click();
  await expect(page.getByRole('link', { name: 'Claims lake' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Claims lake/ })).toContainText('not checked');

  // By the keyboard: who may start jobs with it, and who may not any more.
  const analyst = endpoints().personas['analyst']?.user_name ?? '';
  await page.request.patch(`/api/v1/s3/connections/${id}`, { data: { bucket: 'lakescope-lake' } });
  await product.open('/s3');
  const opener = page.getByRole('button', { name: 'Who may start jobs with Claims lake' });
  await opener.press('Enter');
  const grants = page.getByRole('dialog', { name: 'Who may start jobs with “Claims lake”' });
  await expect(grants.getByText('Nobody but you.')).toBeVisible();
  await page.keyboard.type(analyst);
  await page.keyboard.press('Enter');
  await expect(grants.getByRole('row', { name: analyst })).toBeVisible();
  await product.expectAccessible();
  await product.photograph('s3-grants');
  const granted = async () => JSON.stringify(await (await page.request.get('/api/v1/s3/granted-connections')).json());
  await product.signInAs('analyst');
  expect(await granted()).toContain(id);
  await product.signInAs('engineer');
  await grants.getByRole('button', { name: `Take it back from ${analyst}` }).press('Enter');
  await page.getByRole('button', { name: 'Take it back', exact: true }).press('Enter');
  await expect(grants.getByText('Nobody but you.')).toBeVisible();
  await expect(grants.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();

  await product.signInAs('analyst');
  expect(await granted()).not.toContain(id);
  await product.open('/s3');
  await expect(page.getByText('No S3 connection yet')).toBeVisible();
  await product.open(`/s3/${id}?bucket=lakescope-lake`);
  await expect(page.getByText('You have no such S3 connection')).toBeVisible();
  await product.expectAccessible();

  await product.signInAs('engineer');
  await product.open('/s3');
  await page.getByRole('button', { name: 'Delete Claims lake' }).click();
  await page.getByRole('button', { name: 'Delete the connection' }).click();
  await expect(page.getByText('No S3 connection yet')).toBeVisible();
  expect(JSON.stringify(await context.storageState())).not.toContain(secret);
});

test('a bucket is walked through, filtered, and an object of it downloaded', async ({ page, product, context }) => {
  const { endpoint } = endpoints().s3;
  await givenObjects();
  const lake = await connected(page, 'Lake');
  await product.open('/s3');
  await page.getByRole('link', { name: 'Lake', exact: true }).click();
  const grid = page.getByRole('grid');
  await grid.getByRole('link', { name: BUCKET }).click();
  await expect(page).toHaveURL(new RegExp(`bucket=${BUCKET}`));
  await expect(grid.getByRole('link', { name: 'Inspect orders' })).toHaveAttribute(
    'href',
    `/delta?connection=${lake}&path=s3:%2F%2F${BUCKET}%2Forders`,
  );
  await product.expectAccessible();
  await product.photograph('s3-bucket');

  // By keyboard: into a folder, to what is in it, and up again to where one came from.
  await grid.focus();
  await page.keyboard.type('exp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('exports');
  await expect(page.getByRole('row', { name: /claims.csv/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  const facts = page.getByRole('complementary');
  await expect(facts).toContainText('exports/claims.csv');
  await expect(page).toHaveURL(/show=claims.csv/);
  await product.expectAccessible();
  await product.photograph('s3-object');

  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.postData() ?? ''));
  const download = new Promise<Download>((resolve) => {
    context.on('page', (tab) => tab.on('download', resolve));
    page.on('download', resolve);
  });
  await grid.getByRole('button', { name: 'Download claims.csv' }).click();
  expect((await download).suggestedFilename()).toBe('claims.csv');
  expect(new URL((await download).url()).origin).toBe(endpoint);
  expect(page.url()).not.toContain('X-Amz');
  await page.goto('/preferences');
  expect(asked.filter((body) => /X-Amz|claims\.csv/.test(body) && !body.includes('connection_id'))).toEqual([]);

  await product.open(`/s3/${lake}?bucket=${BUCKET}&prefix=many/`);
  await expect(page.getByText('first 500 entries')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('0500');
  await expect(page.getByText('1 entry that begin with “0500”')).toBeVisible();
  await expect(page).toHaveURL(/q=0500/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(page.getByText('501 entries', { exact: true })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('row', { name: /many/ })).toHaveAttribute('aria-selected', 'true');

  // From anywhere: a pasted path, by the connection that leads there.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or jump' }).fill(`s3://${BUCKET}/exports`);
  await page.getByRole('option', { name: /Open with Lake/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('exports');
});

async function connections(page: Page): Promise<{ id: string }[]> {
  const answer = await page.request.get('/api/v1/s3/connections');
  return ((await answer.json()) as { items: { id: string }[] }).items;
}

async function connected(page: Page, name: string): Promise<string> {
  const { endpoint, access_key_id, secret_access_key } = endpoints().s3;
  const data = { name, endpoint, access_key_id, secret_access_key };
  const answer = await page.request.post('/api/v1/s3/connections', { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function givenObjects(): Promise<void> {
  const { endpoint, region, access_key_id: accessKeyId, secret_access_key: secretAccessKey } = endpoints().s3;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const names = Array.from({ length: MANY }, (_, index) => `many/${String(index).padStart(4, '0')}.json`);
  await Promise.all(names.map((Key) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: '{}' }))));
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'exports/claims.csv', Body: 'id\n1\n' }));
  const log = 'orders/_delta_log/00000000000000000000.json';
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: log, Body: '{}\n' }));
  client.destroy();
}
