import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './test';

const FLIGHT = {
  departure: '2013-06-01T17:00:00',
  origin: 'SFO',
  destination: 'LAX',
  distance_miles: 337,
};

/** Puts a text into the JSON editor, over whatever stands there. */
async function writeJson(page: Page, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Request as JSON' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

test('an engineer finds an endpoint, tries it by form and JSON, and comes back to what was asked', async ({
  page,
  product,
}) => {
  await product.signInAs('engineer');
  await product.open('/');
  await expect(page.getByRole('listitem').filter({ hasText: 'Model serving' })).toContainText('Works');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Serving');
  await expect(page.getByRole('row', { name: /lake-chat/ })).toContainText('ready');
  await product.expectAccessible();
  await product.photograph('serving-list');
  await page.keyboard.press('/');
  await page.keyboard.type('delay');
  await expect(page.getByText('1 of 5 endpoints')).toBeVisible();
  await expect(page).toHaveURL(/q=delay/);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.getByRole('link', { name: 'flight-delay' }).focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('link', { name: 'weather-type' })).toBeFocused();
  await page.keyboard.press('Home');
  await expect(page.getByRole('link', { name: 'flight-delay' })).toBeFocused();
  await page.keyboard.press('Enter');

  // One text, two ways to write it.
  const cell = page.getByRole('textbox', { name: 'distance_miles, row 1' });
  await expect(cell).toBeVisible();
  await writeJson(page, JSON.stringify({ dataframe_records: [FLIGHT], extra: 9007199254740993n.toString() }));
  await expect(cell).toHaveValue('337');
  await expect(page.getByText('Only in the JSON: extra')).toBeVisible();
  await cell.fill('12x');
  await expect(page.getByText('text stands here; needed is a whole number').first()).toBeVisible();
  await expect(page.locator('.cm-lintRange-error')).toHaveText('"12x"');
  await expect(page.getByRole('button', { name: /Line 1, column/ })).toBeVisible();
  product.expectedComplaints.push(/400/);
  await page.getByRole('button', { name: 'Ask the model' }).click();
  await expect(page.getByRole('alert')).toContainText('INVALID_MODEL_INPUT');
  await expect(page.getByText(/must be (an )?integer/).first()).toBeVisible();
  await cell.fill('337');
  await page.getByText('Columns and data').click();
  await expect(page.getByRole('textbox', { name: 'Request as JSON' })).toContainText('dataframe_split');
  await expect(page.getByRole('group', { name: 'dataframe_split object required' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await expect(answer).toContainText('succeeded');
  await expect(answer).toContainText('flight-delay-');
  await page.getByText('Use it elsewhere').click();
  await expect(page.getByRole('region', { name: 'curl' })).toContainText('/flight-delay/invocations');
  await product.expectAccessible();
  await product.photograph('serving-try');

  // What is answered later survives a reload, with what was asked.
  await product.platformFails({ pathPrefix: '/serving-endpoints/flight-delay/invocations', delayMs: 1_500, times: 1 });
  await cell.fill('338');
  await page.getByRole('checkbox', { name: 'Answer later' }).check();
  await page.getByRole('button', { name: 'Ask the model' }).click();
  await expect(page).toHaveURL(/pending=/);
  await page.reload();
  await expect(answer).toContainText('succeeded');
  await expect(cell).toHaveValue('338');

  await page.getByRole('link', { name: 'History' }).click();
  const history = page.getByRole('region', { name: 'My invocations' });
  await expect(history.getByRole('row', { name: /succeeded/ })).toHaveCount(2);
  await history
    .getByRole('button', { name: /Show the invocation/ })
    .first()
    .click();
  await expect(page).toHaveURL(/request=/);
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByRole('heading', { name: 'Asked again' })).toBeVisible();
  await expect(history.getByRole('row', { name: /succeeded/ })).toHaveCount(3);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(history.getByRole('button', { name: /Show the invocation/, expanded: false })).toHaveCount(3);
  await expect(page.locator(':focus')).toHaveAccessibleName(/Show the invocation/);
  await page.keyboard.press('ArrowDown');
  // The one that was asked again stands above it now.
  await expect(history.getByRole('row').nth(3).getByRole('button')).toBeFocused();
  await page.getByRole('button', { name: 'All columns' }).click();
  await page.getByRole('checkbox', { name: 'Tokens' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/cols=status,asked,answered,took,entity|cols=status%2Casked/);
  await expect(history.getByRole('columnheader', { name: 'Tokens' })).toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const [head, ...lines] = readFileSync(await (await download).path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(head).toContain('predictions_truncated,execution_time_ms,served_entity');
  expect(lines).toHaveLength((await history.getByRole('row').count()) - 1);
  for (const index of [0, 1]) await history.getByRole('checkbox').nth(index).check();
  await expect(page.getByText(/values? differs?|They are the same/).first()).toBeVisible();
  await product.expectAccessible();
  await product.photograph('serving-history');

  // The request waits for whoever looks at another view.
  await page.getByRole('link', { name: 'Try it' }).click();
  await expect(cell).toHaveValue('338');
  await page.getByRole('link', { name: 'Details' }).click();
  await expect(page.getByRole('row', { name: /flight-delay-2/ })).toContainText('80 %');
  await page.getByRole('link', { name: 'Logs' }).click();
  await expect(page.getByRole('region', { name: 'Log', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Metrics', exact: true }).last().click();
  await expect(page.getByRole('heading', { name: 'The last minute' })).toBeVisible();

  await product.open('/serving/-/compare?left=lake-chat&right=lake-embeddings');
  await page.getByRole('button', { name: 'Ask both' }).click();
  await expect(page.getByRole('region', { name: 'Left endpoint' })).toContainText('succeeded');
  await expect(page.getByRole('region', { name: 'Right endpoint' }).getByRole('alert')).toContainText('input');
  await page.getByLabel('Right endpoint').first().selectOption('lake-chat');
  await page.getByRole('button', { name: 'Ask both' }).click();
  await expect(page.getByText(/values? differs?/)).toBeVisible();
  await product.expectAccessible();
});

test('a model that sleeps is waited for; whoever may only look is told why', async ({ page, product }) => {
  product.expectedComplaints.push(/503/, /403/);
  await product.signInAs('engineer');
  await product.open('/serving/weather-type');
  await page.getByRole('button', { name: 'Ask the model' }).click();
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await expect(answer.getByRole('alert')).toContainText('waking up');
  await answer.getByRole('button', { name: /Ask again by itself/ }).click();
  await expect(answer.getByText('succeeded')).toBeVisible({ timeout: 30_000 });

  await product.signInAs('analyst');
  await product.open('/serving/weather-type');
  await expect(page.getByText('You may look at this endpoint, but not ask it')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ask the model' })).toBeDisabled();

  await product.signInAs('outsider');
  await product.open('/serving');
  await expect(page.getByText('There is no serving endpoint that you may see')).toBeVisible();
  await product.open('/serving/weather-type');
  await expect(page.getByRole('alert')).toContainText('PERMISSION_DENIED');
});

test('an analyst chats: words come one by one, can be stopped, and are never more than text', async ({
  page,
  product,
}) => {
  await product.signInAs('analyst');
  await product.open('/serving/lake-chat?tab=chat');
  const message = page.getByRole('textbox', { name: 'Your message' });
  const log = page.getByRole('log');
  await message.fill('<img src=x onerror="document.title=\'owned\'">');
  await message.press('Enter');
  await expect(log.locator('article.assistant')).toContainText('tokens/s');
  await expect(log.locator('article.assistant')).toContainText('<img src=x onerror=');
  await expect(log.locator('img')).toHaveCount(0);
  expect(await page.title()).not.toContain('owned');
  await product.expectAccessible();
  await product.photograph('serving-chat');

  // An answer that does not end by itself, however long it takes to press the button.
  await product.platformFails({
    pathPrefix: '/serving-endpoints/lake-chat/invocations',
    stream: 'stall',
    afterEvents: 12,
    times: 1,
  });
  await message.fill('And now at length');
  await message.press('Enter');
  await expect(log.locator('article.assistant').nth(1)).toContainText('demo');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(log.locator('article.assistant').nth(1)).toContainText('stopped');
  // Another view, and back: the conversation is still there.
  await page.getByRole('link', { name: 'Details' }).click();
  await expect(page.getByRole('heading', { name: 'Models that answer' })).toBeVisible();
  await page.getByRole('link', { name: 'Chat' }).click();
  await expect(log.locator('article')).toHaveCount(4);
  await page.getByRole('button', { name: 'Answer once more' }).click();
  await expect(log.locator('article.assistant').nth(1)).toContainText('tokens/s');
});

test('what is answered later is cancelled from the history', async ({ page, product }) => {
  await product.signInAs('admin');
  await product.platformFails({ pathPrefix: '/serving-endpoints/flight-delay/invocations', delayMs: 30_000, times: 1 });
  await product.open('/serving/flight-delay?tab=history');
  const status = await page.evaluate(async (record) => {
    const body = JSON.stringify({ inputs: { dataframe_records: [record] }, async: true });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/api/v1/serving/endpoints/flight-delay/invocations', { method: 'POST', headers, body });
    await answer.text();
    return answer.status;
  }, FLIGHT);
  expect(status).toBe(202);
  await page.getByRole('button', { name: 'Reload the history' }).click();
  const history = page.getByRole('region', { name: 'My invocations' });
  await history.getByRole('button', { name: /Show the invocation/ }).click();
  await page.getByRole('button', { name: 'Cancel the invocation' }).click();
  await expect(page.getByRole('button', { name: 'Cancel the invocation' })).toHaveCount(0);
  await expect(history.getByRole('row', { name: /canceled/ })).toHaveCount(1);
});
