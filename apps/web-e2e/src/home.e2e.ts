import { expect, test } from './test';

test('home tells truly what works, and leads on', async ({ page, product }) => {
  await product.open('/');

  const health = page.getByRole('region', { name: 'What works right now' });
  for (const name of ['Identity', 'Lakebase', 'Storage']) {
    await expect(health.getByRole('listitem').filter({ hasText: name })).toContainText('Works');
  }
  await product.expectAccessible();
  await product.photograph('home');

  await page.getByRole('link', { name: 'Inspect a Delta table' }).first().click();
  await expect(page).toHaveURL(/\/delta$/);
});

test('home says which dependency is down, and recovers without a reload', async ({ page, product }) => {
  await product.platformFails({ pathPrefix: '/api/2.1/unity-catalog/catalogs', status: 500 });
  await product.open('/');

  const storage = page
    .getByRole('region', { name: 'What works right now' })
    .getByRole('listitem')
    .filter({ hasText: 'Storage' });
  await expect(storage).not.toContainText('Works');
  await product.expectAccessible();
  await product.photograph('home-storage-down');

  await product.platformRecovers();
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(storage).toContainText('Works');
});

test('the API reference works offline under the policy of the app', async ({ page, product }) => {
  await page.goto('/docs');
  await page.getByRole('heading', { name: /^delta/ }).click();
  await expect(page.getByText('/api/v1/delta/tables/preview').first()).toBeVisible();
  expect(product.expectedComplaints).toEqual([]);
});
