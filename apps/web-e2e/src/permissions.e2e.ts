import type { Page } from '@playwright/test';
import { expect, test } from './test';

const features = (page: Page) => page.getByRole('list', { name: 'Features' }).getByRole('listitem');
const feature = (page: Page, title: string) =>
  features(page).filter({ has: page.getByRole('heading', { name: title, exact: true }) });

test('an admin may do everything here, and sees as whom it runs', async ({ page, product }) => {
  await product.open('/permissions');
  const states = page.getByRole('navigation', { name: 'Permissions by state' });
  await expect(states.getByRole('link', { name: 'Denied 0' })).toBeVisible();
  await expect(feature(page, 'Administer the app')).toContainText('Allowed');
  await expect(feature(page, 'Browse catalogs')).toContainText('unity-catalog');
  await product.expectAccessible();
  await product.photograph('permissions-admin');
});

test('an analyst is told what is missing and how to get it, and keeps the view in the link', async ({
  page,
  product,
}) => {
  await product.signInAs('analyst');
  await product.open('/permissions');
  const all = await features(page).count();
  await page.getByRole('link', { name: /^Denied/ }).click();
  await expect(page).toHaveURL(/state=denied/);
  await page.reload();
  await expect(features(page)).toHaveCount(1);
  await expect(feature(page, 'Administer the app')).toContainText('group admins');
  await product.expectAccessible();

  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(features(page)).toHaveCount(all);
});

test('an outsider gets the grant to copy, and what depends on it is left open', async ({ page, product, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await product.signInAs('outsider');
  await product.open('/permissions');
  const catalogs = feature(page, 'Browse catalogs');
  await expect(catalogs).toContainText('Denied');
  await catalogs.getByRole('button', { name: 'Copy fix of Browse catalogs' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('GRANT USE CATALOG ON CATALOG');
  await expect(feature(page, 'Browse files')).toContainText('Unknown');
  await product.expectAccessible();
  await product.photograph('permissions-outsider');
});

test('a refusal elsewhere leads here', async ({ page, product }) => {
  product.expectedComplaints.push(/403/);
  await product.signInAs('outsider');
  await product.open('/delta?path=/Volumes/demo/lake/tables/flights');
  await page
    .getByRole('alert')
    .getByRole('link', { name: /See what you may do here/ })
    .click();
  await expect(page).toHaveURL(/\/permissions$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Permissions');
});

test('what the platform does not tell is unknown, and is known again after another check', async ({
  page,
  product,
}) => {
  await product.platformFails({ pathPrefix: '/api/2.1/unity-catalog/catalogs', status: 500 });
  await product.open('/permissions');
  await expect(feature(page, 'Browse catalogs')).toContainText('Unknown');
  await product.expectAccessible();

  await product.platformRecovers();
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(feature(page, 'Browse catalogs')).toContainText('Allowed');
});

test('a scope that the app was not granted is named with the line to add, on the page and on every refusal', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/403/);
  await product.platformFails({
    pathPrefix: '/api/2.0/fs',
    status: 403,
    body: { error_code: 403, message: 'Provided OAuth token does not have required scopes: files' },
  });
  await product.open('/files?path=/Volumes/demo/lake/files');
  const refusal = page.getByRole('alert').first();
  await expect(refusal).toContainText('SCOPE_MISSING');
  await expect(refusal.getByRole('button', { name: 'Copy fix' })).toBeVisible();
  await expect(refusal).toContainText(/user_api_scopes/);
  await product.expectAccessible();
  await product.photograph('files-scope-missing');

  await refusal.getByRole('link', { name: /See what you may do here/ }).click();
  await expect(feature(page, 'Browse files')).toContainText('Denied');
  await expect(feature(page, 'Browse files')).toContainText('Missing scope: files');
});
