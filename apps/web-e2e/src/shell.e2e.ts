import { expect, test } from './test';

test('the keyboard reaches every page', async ({ page, product }) => {
  await product.open('/');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page).toHaveURL(/\/delta$/);
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page).toHaveURL(/\/files$/);

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: /shortcuts/i })).toBeVisible();
  await product.expectAccessible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: /shortcuts/i })).toBeHidden();
});

test('Ctrl-K jumps to a pasted path', async ({ page, product }) => {
  await product.open('/');
  await page.keyboard.press('Control+k');
  await expect(
    page.getByRole('dialog', { name: 'Search or jump' }).getByRole('combobox').or(page.getByRole('searchbox')),
  ).toBeFocused();
  await page.keyboard.type('/Volumes/demo/lake/tables/airports');
  await product.expectAccessible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/airports/);
});

test('skip link and drawer serve small screens and keyboards', async ({ page, product }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await product.open('/files');
  await expect(page.getByRole('button', { name: 'ada.keller@lakescope.example, you and your settings' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to content' })).toBeFocused();
  await page.getByRole('button', { name: /menu|navigation/i }).click();
  const drawer = page.getByRole('dialog', { name: 'Navigation' });
  await expect(drawer).toBeVisible();
  await drawer.getByRole('link', { name: 'Delta' }).click();
  await expect(page).toHaveURL(/\/delta$/);
});

test('the theme is chosen once and kept for the person', async ({ page, product }) => {
  await product.open('/');
  await page.getByRole('button', { name: /you and your settings/ }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await product.expectAccessible();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect.poll(background).toBe('rgb(14, 21, 27)');
  await page.reload();
  await expect.poll(background).toBe('rgb(14, 21, 27)');
  await page.getByRole('button', { name: /you and your settings/ }).click();
  await page.getByRole('radio', { name: 'System' }).check();
});

test('an unknown page says where one can go', async ({ page, product }) => {
  await product.open('/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await product.expectAccessible();
  await product.photograph('not-found');
});

test('what was signed out says so instead of failing silently', async ({ page, product }) => {
  product.expectedComplaints.push(/401/);
  await product.signInAs('engineer');
  await product.open('/files');
  await product.tokenExpires('engineer');
  await page.getByRole('link', { name: 'demo' }).first().click();
  await expect(page.getByText('Your session has expired: sign in again.')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('session-expired');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Not signed in, you and your settings' })).toBeVisible();
  await expect(page.getByText(/reload the page/i)).toHaveCount(1);

  await product.tokenIsRenewed('engineer');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByText('Your session has expired')).toBeHidden();
  await expect(page.getByRole('link', { name: 'lake' }).first()).toBeVisible();
});

test('no letter is lost that is typed right after Ctrl-K, even while the palette is still loading', async ({
  page,
  product,
}) => {
  await product.open('/');
  // The first Ctrl-K fetches the palette's code; on a slow line that takes a while.
  await page.route('**/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('permissions');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/permissions$/);
});

test('a link that asks for something that cannot be is not answered by something else in silence', async ({
  page,
  product,
}) => {
  await product.open('/delta?path=/etc/passwd');
  await expect(page.getByText('“/etc/passwd” is no path that can be opened here')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('delta-no-path');
  await product.open('/files?path=C:/temp');
  await expect(page.getByText('“C:/temp” is no path that can be opened here')).toBeVisible();
  await product.open('/delta?path=/Volumes/demo/lake/tables/flights&version=abc');
  await expect(page.getByText('“abc” is no version')).toBeVisible();
  await page.getByRole('link', { name: 'Drop it from the link' }).click();
  await expect(page).not.toHaveURL(/version/);
  await expect(page.getByText('“abc” is no version')).toBeHidden();
});
