import { type Page } from '@playwright/test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './test';
import { endpoints } from './workspace';

/** What many megabytes have to go before may take its time on a busy machine. */
const PATIENCE = { timeout: 60_000 };
const FOLDER = '/Volumes/demo/lake/files';
const MIB = 1024 * 1024;

let disk: string;

test.beforeEach(async () => {
  disk = await mkdtemp(join(tmpdir(), 'lakescope-upload-'));
});
test.afterEach(() => rm(disk, { recursive: true, force: true }));

/** A file of this device: chosen again after a reload it is still the same one. */
async function onDisk(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(disk, name), content);
  return join(disk, name);
}

const choose = (page: Page, ...paths: string[]) => page.locator('input[type=file][multiple]').setInputFiles(paths);
const dock = (page: Page) => page.getByRole('region', { name: 'Uploads' });
const row = (page: Page, name: string) => dock(page).getByRole('listitem').filter({ hasText: name });

async function engineersMayWrite(): Promise<void> {
  const { workspace, personas } = endpoints();
  const answer = await fetch(`${workspace}/api/2.1/unity-catalog/permissions/volume/demo.lake.files`, {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${personas['admin']?.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ changes: [{ principal: 'engineers', add: ['WRITE_VOLUME'] }] }),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

/** What somebody else writes meanwhile, with their own rights. */
async function somebodyElseWrites(path: string, content: string): Promise<void> {
  const query = new URLSearchParams({ path, overwrite: 'true' });
  const answer = await fetch(`${endpoints().app}/api/v1/unity-catalog/files/content?${query}`, {
    method: 'PUT',
    headers: { 'X-Local-Persona': 'engineer', 'Content-Type': 'application/octet-stream' },
    body: content,
  });
  expect(answer.status, await answer.text()).toBe(200);
}

test('uploads survive a cut connection and a reload, and nothing is sent twice', async ({ page, product }) => {
  product.expectedComplaints.push(/net::ERR_/);
  const large = await onDisk('large.bin', Buffer.alloc(40 * MIB, 7));
  const small = await onDisk('naïve 👩‍🚀 a%2Fb.csv', 'a,b\n1,2\n');
  // The third part and all after it get nowhere until the line is repaired.
  const unreachable = /\/files\/uploads\/[^/]+\/parts\/[3-9]$/;
  await page.route(unreachable, (route) => route.abort('connectionreset'));
  const arrived: string[] = [];
  page.on('response', (response) => {
    const part = /\/parts\/(\d+)$/.exec(response.url())?.[1];
    if (part && response.ok()) arrived.push(part);
  });

  await product.open(`/files?path=${FOLDER}`);
  await choose(page, large, small);
  await expect(row(page, 'naïve')).toContainText('Uploaded', PATIENCE);
  await expect(page.getByRole('grid').getByRole('link', { name: 'naïve 👩‍🚀 a%2Fb.csv', exact: true })).toBeVisible();
  await expect(row(page, 'large.bin')).toContainText('Another try', PATIENCE);
  await product.expectAccessible();
  await product.photograph('files-upload-cut');

  // The dock stays while one walks on, and leaving the app asks first.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('files');
  await expect(row(page, 'large.bin')).toContainText('Another try');
  const asked = new Promise<string>((resolve) =>
    page.once('dialog', (dialog) => {
      resolve(dialog.type());
      void dialog.accept();
    }),
  );
  await page.reload();
  expect(await asked).toBe('beforeunload');
  await expect(row(page, 'large.bin')).toContainText('Interrupted after 16 MiB of 40 MiB');
  await page.unroute(unreachable);
  await row(page, 'large.bin').locator('input[type=file]').setInputFiles(large);
  await expect(row(page, 'large.bin')).toContainText('Uploaded, 40 MiB', PATIENCE);
  expect(arrived.sort()).toEqual(['1', '2', '3', '4', '5']);

  await page.getByRole('button', { name: 'Clear finished' }).click();
  await expect(dock(page)).toBeHidden();
});

test('of two people neither loses a file to the other', async ({ page, product }) => {
  product.expectedComplaints.push(/409/, /412/);
  const path = `${FOLDER}/shared.csv`;
  await engineersMayWrite();
  await somebodyElseWrites(path, 'theirs\n');
  const mine = await onDisk('shared.csv', 'mine, and longer\n');
  await product.open(`/files?path=${FOLDER}`);
  await choose(page, mine);
  const question = page.getByRole('dialog', { name: '“shared.csv” is already in “files”' });
  await expect(question.getByRole('row', { name: 'There now' })).toContainText('7 B');
  await product.expectAccessible();
  await product.photograph('files-conflict');

  // While the question is open, the other person saves again: this version nobody has looked at.
  await somebodyElseWrites(path, 'theirs again\n');
  await question.getByRole('button', { name: 'Replace it' }).click();
  await expect(question.getByText('Somebody changed it after you looked')).toBeVisible();
  await expect(question.getByRole('row', { name: 'There now' })).toContainText('13 B');
  await question.getByRole('button', { name: 'Keep both' }).click();
  await expect(page.getByRole('grid').getByRole('link', { name: 'shared (1).csv', exact: true })).toBeVisible();

  await choose(page, mine);
  await question.getByRole('button', { name: 'Replace it' }).click();
  await expect(row(page, 'shared.csv').last()).toContainText('Uploaded');
  await expect(page.getByRole('row', { name: 'shared.csv', exact: false }).first()).toContainText('17 B');
});

test('who may not write is told so, and nothing arrives', async ({ page, product }) => {
  product.expectedComplaints.push(/403/);
  await product.signInAs('analyst');
  await product.open(`/files?path=${FOLDER}/weather`);
  await choose(page, await onDisk('secret.csv', 'x\n'), await onDisk('second.csv', 'y\n'));
  await expect(row(page, 'secret.csv')).toContainText(/WRITE.VOLUME|permission|may not/i);
  await expect(dock(page)).toContainText('2 not done');
  await product.expectAccessible();
  await product.photograph('files-upload-refused');
  await page.getByRole('button', { name: 'Read the folder again' }).click();
  await expect(page.getByText('2 entries')).toBeVisible();
});

test('a folder is made, filled by dragging, emptied and deleted; a full one is kept', async ({ page, product }) => {
  product.expectedComplaints.push(/409/);
  await product.open(`/files?path=${FOLDER}`);
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('..');
  await page.getByRole('button', { name: 'Create folder' }).click();
  await expect(page.getByText('are no names')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name' }).fill('תיקייה');
  await page.getByRole('button', { name: 'Create folder' }).click();

  const grid = page.getByRole('grid');
  await grid.getByRole('link', { name: 'תיקייה', exact: true }).click();
  await expect(page.getByText('This folder is empty')).toBeVisible();
  await product.photograph('files-folder-empty');
  await drop(page, 'main .main', ['one.json', '{"a":[1,{"b":null}]}'], [`${'long-'.repeat(49)}name.csv`, 'a\n1\n']);
  await expect(grid.getByRole('link', { name: 'one.json', exact: true })).toBeVisible();
  await expect(grid.getByRole('link', { name: /^long-long/ })).toBeVisible();
  await product.photograph('files-names');

  // By keyboard: up, and Delete on the folder one came from.
  await grid.focus();
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('files');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Delete');
  await page
    .getByRole('dialog', { name: 'Delete the folder “תיקייה”?' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await expect(page.getByRole('alert')).toContainText('2 entries');
  await product.photograph('files-delete-refused');

  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('תיקייה');
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(grid.getByRole('link', { name: 'one.json', exact: true })).toBeVisible();
  await expect(grid).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: 'Delete these 2 objects?' });
  await expect(question).toContainText('one.json');
  await question.getByRole('button', { name: 'Delete 2 objects' }).click();
  await expect(page.getByText('This folder is empty')).toBeVisible();
});

async function drop(page: Page, selector: string, ...files: [name: string, content: string][]): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const carried = new DataTransfer();
    for (const [name, content] of given) carried.items.add(new File([content], name));
    return carried;
  }, files);
  await page.locator(selector).dispatchEvent('dragover', { dataTransfer: transfer });
  await page.locator(selector).dispatchEvent('drop', { dataTransfer: transfer });
}
