import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const ADMIN = 'ada.keller@lakescope.example';
/** Asked for by no page and no other journey. */
const ENDPOINT = '/api/v1/delta/tables/schema';
const NARROWED = `/usage-metrics?endpoint=${encodeURIComponent(ENDPOINT)}&method=GET`;

interface Performance {
  readonly metrics: { readonly total_requests: number; readonly error_count: number };
  readonly endpoints: readonly { readonly endpoint: string; readonly p95_response_time_ms: number }[];
}

/** What the API says of the endpoint, in the last day. */
async function counted(page: Page): Promise<Performance> {
  const answer = await page.request.get('/api/v1/metrics/performance', {
    params: { endpoint: ENDPOINT, method: 'GET' },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Performance;
}

/** So many failed requests more, each with an id of its own, and the API has counted them. */
async function givenRequests(page: Page, count: number): Promise<readonly string[]> {
  const { total_requests: before } = (await counted(page)).metrics;
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  for (const id of ids) {
    const answer = await page.request.get(ENDPOINT, {
      params: { path: '/Volumes/no/such/volume' },
      headers: { 'x-correlation-id': id },
    });
    expect(answer.status()).toBeGreaterThanOrEqual(400);
  }
  await expect.poll(async () => (await counted(page)).metrics.total_requests, { timeout: 20_000 }).toBe(before + count);
  return ids;
}

async function givenPageViews(page: Page, pageName: string, count: number): Promise<void> {
  const answer = await page.request.post('/api/v1/metrics/usage-events', {
    headers: { origin: new URL(page.url()).origin },
    data: { events: Array.from({ length: count }, () => ({ event_type: 'page_view', page_name: pageName })) },
  });
  expect(answer.status(), await answer.text()).toBe(202);
}

const card = (page: Page, label: string) => page.locator('ls-metric-card').filter({ hasText: label }).locator('.value');
const chart = (page: Page, name: string) => page.getByRole('figure', { name, exact: true });

test('an admin reads off what the API counted, down to the single request', async ({ page, product }) => {
  await product.open('/');
  const ids = await givenRequests(page, 5);
  await givenPageViews(page, '/made-by-a-test', 3);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Metrics' }).click();
  await expect(page).toHaveURL(/\/usage-metrics$/);
  await expect(page.getByText(/Data as of \d\d:\d\d:\d\d,/)).toBeVisible();
  await expect(page.getByText('0 lost')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Page views' }).getByRole('listitem')).toContainText(['/made-by-a-test']);
  await product.expectAccessible();
  await product.photograph('metrics-dashboard');

  await page.getByPlaceholder('Filter endpoints').fill('tables/schema');
  // Other journeys may have asked the same path by POST.
  await page
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: 'GET', exact: true }) })
    .getByRole('button', { name: ENDPOINT, exact: true })
    .click();
  await expect(page).toHaveURL(/endpoint=%2Fapi%2Fv1%2Fdelta%2Ftables%2Fschema&method=GET/);
  const { metrics, endpoints } = await counted(page);
  await expect(card(page, 'Requests')).toHaveText(String(metrics.total_requests));
  await expect(card(page, 'Error rate')).toHaveText('100 %');
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: ENDPOINT }) });
  await expect(row.getByRole('cell')).toContainText([
    'GET',
    String(metrics.total_requests),
    String(metrics.error_count),
    '100 %',
  ]);
  await expect(page.getByRole('row', { name: /^All together/ })).toContainText(String(metrics.total_requests));
  expect(endpoints).toHaveLength(1);

  await row.getByRole('button', { name: `Single requests of GET ${ENDPOINT}` }).click();
  const requests = page.getByRole('region', { name: 'Single requests' });
  await expect(page.getByRole('heading', { name: 'Single requests' })).toBeInViewport();
  for (const id of ids) await expect(requests.locator(`code[title="${id}"]`)).toBeVisible();
  await expect(requests.getByRole('row').nth(1)).toContainText(ADMIN);
  await product.expectAccessible();
  await product.photograph('metrics-requests');

  await requests.getByRole('link', { name: `Audit log of request ${ids[0] ?? ''}` }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/audit\\?correlation_id=${ids[0] ?? ''}`));
  await expect(page.getByLabel('Correlation id')).toHaveValue(ids[0] ?? '');
  await page.goBack();
  await expect(requests.getByRole('row')).not.toHaveCount(0);
});

test('everything that is chosen stands in the URL, survives a reload and goes back', async ({ page, product }) => {
  await product.open('/usage-metrics');
  await page.getByRole('radio', { name: '7 days' }).check({ force: true });
  await expect(page).toHaveURL(/range=7d/);
  await page
    .getByRole('group', { name: 'Percentile of the chart' })
    .getByRole('radio', { name: 'p99' })
    .check({ force: true });
  await page.getByRole('button', { name: 'Requests', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Compare with the time before' }).uncheck();
  await expect(page).toHaveURL(/percentile=p99.*sort=-requests.*compare=off/);
  await page.reload();
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked();
  await expect(page.getByRole('columnheader', { name: 'Requests', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(page.getByRole('checkbox', { name: 'Compare with the time before' })).not.toBeChecked();
  await expect(chart(page, 'Response time and error rate').locator('.line')).toHaveCount(2);

  const counts = await page.locator('ls-endpoint-table tbody tr td:nth-child(3)').allTextContents();
  const numbers = counts.map((text) => Number(text.replaceAll(',', '')));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  await page.goBack();
  await expect(page).not.toHaveURL(/range=7d/);
});

test('a range of one’s own is refused rule by rule, and shown', async ({ page, product }) => {
  await product.open('/usage-metrics');
  await page.getByRole('radio', { name: 'Custom' }).check({ force: true });
  const form = page.getByRole('form', { name: 'Custom time range' });
  const show = async (from: string, until: string) => {
    await form.getByLabel('From').fill(from);
    await form.getByLabel('Until').fill(until);
    await form.getByRole('button', { name: 'Show' }).click();
  };
  const local = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString().slice(0, 16);

  await show(local(100 * 24), local(-30));
  await expect(form.getByRole('alert')).toContainText('It must start within the last 90 days');
  await expect(form.getByRole('alert')).toContainText('It must not end in the future');
  await product.expectAccessible();
  await product.photograph('metrics-range-refused');
  await show(local(2), local(3));
  await expect(form.getByRole('alert')).toContainText('It must start before it ends');

  await show(local(60 * 24), local(59 * 24));
  await expect(form.getByRole('alert')).toBeEmpty();
  await expect(page).toHaveURL(/start=.*end=/);
  await expect(page.getByText('No requests in this range')).toBeVisible();
  await product.expectAccessible();
  await product.photograph('metrics-empty');
});

test('the dashboard is walked with the keyboard alone', async ({ page, product }) => {
  await product.open('/');
  await givenRequests(page, 1);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/\/usage-metrics$/);
  await expect(page.getByText(/0 lost/)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('tables/schema');
  const rows = page.locator('ls-endpoint-table tbody tr');
  await expect(rows.filter({ hasNotText: 'tables/schema' })).toHaveCount(0);
  await expect(rows).not.toHaveCount(0);

  const plot = page.getByRole('slider', { name: 'Requests' });
  await plot.focus();
  const newest = await plot.getAttribute('aria-valuetext');
  expect(newest).toMatch(/Succeeded [\d,]+, Failed [\d,]+/);
  await page.keyboard.press('ArrowLeft');
  await expect(plot).not.toHaveAttribute('aria-valuetext', newest ?? '');
  await page.keyboard.press('End');
  await expect(plot).toHaveAttribute('aria-valuetext', newest ?? '');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/requests=shown&from=/);
  await expect(page.getByRole('heading', { name: 'Single requests' })).toBeFocused();

  await chart(page, 'Response time and error rate')
    .getByRole('button', { name: /^Show as table/ })
    .press('Enter');
  const table = chart(page, 'Response time and error rate').getByRole('table');
  await expect(table).toHaveAttribute('aria-rowcount', /^(289|290)$/);
  expect(await table.getByRole('row').count()).toBeLessThan(60);
  await product.expectAccessible();
  await product.photograph('metrics-table');
});

test('what is shown can be taken along, and users are named on request only', async ({ page, product }) => {
  await product.open('/');
  await givenRequests(page, 1);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await product.open(NARROWED);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const [head, ...lines] = readFileSync(await (await download).path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(head).toContain('endpoint');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(ENDPOINT);

  expect(asked).not.toContain('/api/v1/metrics/users');
  await page.getByRole('button', { name: 'Show top users' }).click();
  await expect(page.getByRole('region', { name: 'Top users' })).toContainText(ADMIN);
  await expect(page).toHaveURL(/users=shown/);
  await product.expectAccessible();
  await product.photograph('metrics-narrowed');

  asked.length = 0;
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => asked.filter((path) => path === '/api/v1/metrics/performance').length).toBe(1);
});

test('an analyst is told that metrics are for admins, and the server says the same', async ({ page, product }) => {
  await product.signInAs('analyst');
  await product.open('/');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Files' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Metrics' })).toHaveCount(0);
  await product.open('/usage-metrics?range=7d');
  await expect(page.getByRole('alert')).toContainText('Only administrators may do this');
  await expect(page.getByRole('alert')).toContainText(/in these groups:\s*analysts/);
  await expect(page.getByText(/Data as of/)).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('metrics-refused');
  for (const path of ['performance', 'usage', 'time-series', 'heatmap', 'requests', 'users', 'performance/export']) {
    const refused = await page.request.get(`/api/v1/metrics/${path}`);
    expect(refused.status(), path).toBe(403);
  }
});

test('a database that is away is said to be so, with no zeros, and the numbers come back', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/503/);
  await product.open('/usage-metrics');
  await expect(page.getByText('0 lost')).toBeVisible();
  await product.databaseGoesAway();
  // Asked for the first time: what was asked a moment ago, the server still knows.
  await page.getByRole('radio', { name: '7 days' }).check({ force: true });
  const alert = page.getByRole('alert').filter({ hasText: 'DATABASE_UNAVAILABLE' });
  await expect(alert).toBeVisible({ timeout: 60_000 });
  await expect(alert).toHaveCount(1);
  await expect(page.locator('ls-metric-card')).toHaveCount(0);
  await product.expectAccessible();
  await product.photograph('metrics-database-away');

  await product.databaseRecovers();
  await alert.getByRole('button', { name: 'Retry' }).click();
  await expect(card(page, 'Requests')).toHaveText(/^[1-9]/, { timeout: 60_000 });
});

test('a session that is over asks to sign in again', async ({ page, product }) => {
  product.expectedComplaints.push(/401/);
  await product.open('/usage-metrics');
  await expect(page.getByText('0 lost')).toBeVisible();
  await product.tokenExpires('admin');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText(/sign in again/i).first()).toBeVisible();
  await product.expectAccessible();
  await product.photograph('metrics-signed-out');
});
