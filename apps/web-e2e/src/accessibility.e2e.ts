import { expect, test } from '@playwright/test';
import { accessibilityFindings } from './accessibility';

test('what is planted is found, in frames as well, and again after a change', async ({ page }) => {
  const within = '<iframe title="within" srcdoc="<main><button></button></main>"></iframe>';
  const body = `<html lang="en"><title>planted</title><main><h1>planted</h1><img src="data:,">${within}</main>`;
  await page.route('http://planted.example/', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('http://planted.example/');
  await page.frameLocator('iframe').locator('button').waitFor();
  const rules = async (): Promise<string[]> => (await accessibilityFindings(page)).map(({ id }) => id);

  expect(await rules()).toEqual(expect.arrayContaining(['button-name', 'image-alt']));
  await page.locator('img').evaluate((image) => image.setAttribute('alt', 'a picture'));
  const left = await rules();
  expect(left).toContain('button-name');
  expect(left).not.toContain('image-alt');
});
