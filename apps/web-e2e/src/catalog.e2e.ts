import { type Page } from '@playwright/test';
import { expect, test } from './test';

const node = (page: Page, name: string) =>
  page.getByRole('treeitem').filter({ has: page.getByText(name, { exact: true }) });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

test('the keyboard alone leads through the tree to a table, its columns, its rights and its commits', async ({
  page,
  product,
}) => {
  // A stopped warehouse is told by a refusal.
  product.expectedComplaints.push(/409/);
  await product.open('/');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/catalog$/);
  await expect(page).toHaveTitle('Catalog · Lakescope');
  await node(page, 'demo').waitFor();

  const tree = page.getByRole('tree', { name: 'Catalogs' });
  await tree.focus();
  await page.keyboard.type('demo');
  await page.keyboard.press('ArrowRight');
  await node(page, 'lake').waitFor();
  await page.keyboard.type('lake');
  await page.keyboard.press('ArrowRight');
  await node(page, 'seattle_weather').waitFor();
  await page.keyboard.type('fli');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/catalog\/demo\/lake\/flights$/);
  await expect(heading(page)).toHaveText('flights');
  await expect(tree).toBeFocused();
  await expect(page.getByRole('listitem').getByText('1.5 M')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('catalog-table');

  // The filter, and back from it to what was found.
  await page.keyboard.press('/');
  await page.keyboard.type('airp');
  await expect(node(page, 'gapminder')).toBeHidden();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('airports');
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await expect(node(page, 'gapminder')).toBeVisible();

  await page.getByRole('link', { name: 'Columns' }).click();
  await expect(page.getByRole('row', { name: /country/ })).toContainText('partition 1');
  await product.expectAccessible();
  await page.getByRole('link', { name: 'Sample' }).click();
  // Whether the warehouse runs depends on who was here before.
  const start = page.getByRole('button', { name: 'Start it and show rows' });
  const rows = page.getByRole('grid', { name: 'Rows of the table' });
  await expect(start.or(rows)).toBeVisible();
  if (await start.isVisible()) await start.click();
  await expect(rows).toContainText('Livingston Municipal');
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await expect(page.getByRole('row', { name: /CREATE TABLE/ })).toBeVisible();
  await page.getByRole('link', { name: 'Inspect', exact: true }).click();
  await expect(page).toHaveURL(/\/delta\?path=.*airports/);
});

test('what is starred and visited is on Home, and the palette finds what is in the catalog', async ({
  page,
  product,
}) => {
  await product.signInAs('analyst');
  await product.open('/catalog/demo/lake/gapminder?tab=grants');
  await expect(page.getByText('These are your own rights')).toBeVisible();
  await expect(page.getByRole('row', { name: /analysts/ })).toContainText('SELECT');
  await product.expectAccessible();
  await page.getByRole('button', { name: 'Favourite' }).click();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('airpo');
  const found = page.getByRole('option', { name: /airports/ });
  await expect(found).toBeVisible();
  await product.expectAccessible();
  await product.photograph('palette-search');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/catalog\/demo\/lake\/airports$/);
  await expect(heading(page)).toHaveText('airports');

  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByRole('region', { name: 'Favourites' }).getByRole('link', { name: /gapminder/ })).toBeVisible();
  await page
    .getByRole('region', { name: 'Recent' })
    .getByRole('link', { name: /airports/ })
    .click();
  await expect(page).toHaveURL(/\/catalog\/demo\/lake\/airports$/);
});

test('a volume is created in its schema, and leads to its files', async ({ page, product }) => {
  await product.open('/catalog/demo/lake');
  await expect(page.getByRole('region', { name: 'Tables' }).getByRole('link', { name: 'flights' })).toBeVisible();
  await page.getByRole('button', { name: 'Create volume' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a volume in demo.lake' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('two words');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByText('A name has no spaces')).toBeVisible();
  await product.expectAccessible();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('catalog_exports');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/catalog\/demo\/lake\/catalog_exports\?kind=volume$/);
  await expect(node(page, 'catalog_exports')).toBeVisible();
  await product.expectAccessible();
  await page.getByRole('link', { name: 'Open files' }).click();
  await expect(page).toHaveURL(/\/files\?path=.*catalog_exports/);
});

test('somebody without rights is told what is missing, whom to ask, and the line that gives it', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/40[34]/);
  await product.signInAs('outsider');
  await product.open('/catalog');
  await expect(page.getByRole('main').getByText('No catalog is visible to you').first()).toBeVisible();
  await product.photograph('catalog-empty');

  await product.open('/catalog/demo/lake/flights');
  await expect(page.getByRole('main').getByText(/GRANT .* TO `oscar\.quinn@lakescope\.example`/)).toBeVisible();
  await product.expectAccessible();
  await product.photograph('catalog-refused');
});

test('a list that fails says so in its place, keeps the rest of the tree, and comes when it is asked again', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/50[0-9]/);
  await product.platformFails({
    pathPrefix: '/api/2.1/unity-catalog/volumes',
    status: 503,
    body: { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'down' },
  });
  await product.open('/catalog/demo/lake');
  await expect(page.getByRole('treeitem', { name: 'Not loaded. Try again' })).toBeVisible({ timeout: 30_000 });
  await expect(node(page, 'airports')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('catalog-platform-away');

  await product.platformRecovers();
  await page.getByRole('treeitem', { name: 'Not loaded. Try again' }).click();
  await expect(node(page, 'files')).toBeVisible();
  await expect(page.getByRole('treeitem', { name: 'Not loaded. Try again' })).toBeHidden();
});
