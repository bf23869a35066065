import type { Page, Request } from '@playwright/test';
import { countUsageEvents, storedUsageEvents } from './stored-records';
import { expect, test } from './test';

const ENGINEER = 'erik.sandoval@lakescope.example';
const EVENTS = '**/api/v1/metrics/usage-events';
const COUNT = '**/api/v1/metrics/usage/count*';
const FLIGHTS = '/delta?path=/Volumes/demo/lake/tables/flights';
/** So many at once are sent without waiting. */
const ENOUGH = 20;

/** What the page sends of its usage, and what it says of that in the console. */
function listen(page: Page): { readonly ids: () => string[]; readonly posts: Request[]; readonly lines: string[] } {
  const [posts, lines]: [Request[], string[]] = [[], []];
  page.on('request', (request) => {
    if (request.url().endsWith('/usage-events')) posts.push(request);
  });
  page.on('console', (message) => {
    if (message.text().startsWith('[UsageTracker]')) lines.push(`${message.type()}: ${message.text()}`);
  });
  const ids = () => posts.flatMap((post) => eventsOf(post).map(({ event_id }) => event_id));
  return { posts, lines, ids: () => [...new Set(ids())] };
}

function eventsOf(post: Request): { event_id: string; event_type: string }[] {
  return (JSON.parse(post.postData() ?? '{"events":[]}') as { events: { event_id: string; event_type: string }[] })
    .events;
}

async function press(page: Page, times: number): Promise<void> {
  const button = page.getByRole('button', { name: 'Check again' });
  for (let time = 0; time < times; time++) await button.click();
}

async function isOn(lines: readonly string[]): Promise<void> {
  await expect.poll(() => lines.some((line) => line.includes('on; '))).toBe(true);
}

test('what somebody does is stored once each, although deliveries fail before and after the server took them', async ({
  page,
  product,
}) => {
  product.expectedComplaints.push(/503|ERR_FAILED/);
  await product.signInAs('engineer');
  const heard = listen(page);
  const before = await countUsageEvents(ENGINEER);
  let attempts = 0;
  await page.route(EVENTS, async (route) => {
    attempts += 1;
    if (attempts === 1) {
      // Taken by the server, but nobody learns it.
      await route.fetch();
      await route.abort();
    } else if (attempts === 2) await route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, body: '' });
    else await route.continue();
  });

  await product.open(FLIGHTS);
  await page.getByRole('navigation', { name: 'Views of the table' }).getByRole('link', { name: 'Schema' }).click();
  await expect(page.getByRole('columnheader', { name: 'Column' })).toBeVisible();
  await page.getByRole('button', { name: 'Favourite' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  await press(page, ENOUGH);
  await expect.poll(() => heard.lines.filter((line) => line.includes('0 refused')).length, { timeout: 30_000 }).toBe(1);
  await press(page, ENOUGH);
  await expect.poll(() => heard.lines.filter((line) => line.includes('0 refused')).length, { timeout: 30_000 }).toBe(2);
  expect(attempts).toBeGreaterThanOrEqual(4);

  const stored = await storedUsageEvents(heard.ids());
  expect(stored.map(({ event_id }) => event_id)).toEqual(heard.ids().sort());
  expect((await countUsageEvents(ENGINEER)) - before).toBe(heard.ids().length);
  expect(stored.filter(({ element_id }) => element_id === 'home-check-again')).toHaveLength(2 * ENOUGH);
  const rest = stored.filter(({ element_id }) => element_id !== 'home-check-again');
  expect(
    rest.map(({ event_type, page_name, element_id, metadata }) => [event_type, page_name, element_id, metadata]),
  ).toEqual(
    expect.arrayContaining([
      ['page_view', '/delta', null, null],
      ['data_source_selected', '/delta', null, { kind: 'table' }],
      ['button_click', '/delta', 'delta-tab-schema', null],
      ['schema_detected', '/delta', null, expect.anything()],
      ['button_click', '/delta', 'delta-favourite', null],
      ['preference_changed', '/delta', 'favorite_tables', null],
      ['button_click', '/delta', 'nav-home', null],
      ['page_view', '/', null, null],
    ]),
  );
  expect(JSON.stringify(stored)).not.toMatch(/flights|Volumes|demo|lakescope\.example/);
});

test('while the database is away events wait, and the page shows nothing of it', async ({ page, product }) => {
  product.expectedComplaints.push(/503/);
  await product.signInAs('engineer');
  const heard = listen(page);
  await product.open('/');
  await isOn(heard.lines);
  await product.databaseGoesAway();
  await press(page, ENOUGH);
  await expect
    .poll(() => heard.lines.some((line) => line.includes('were not taken: later')), { timeout: 60_000 })
    .toBe(true);
  // What the page itself has in the database it says to be away.
  await expect(page.getByRole('alert').filter({ hasText: /event|usage/i })).toHaveCount(0);

  await product.databaseRecovers();
  const stored = async () => (await storedUsageEvents(heard.ids())).length;
  await expect.poll(stored, { timeout: 90_000, intervals: [1000] }).toBeGreaterThan(ENOUGH);
  expect(await stored()).toBe(heard.ids().length);
});

/** What waits in the tab; a page that is being left tells nobody of its requests. */
async function waitingIds(page: Page): Promise<string[]> {
  const kept = await page.evaluate(() => sessionStorage.getItem('lakescope.usage_events'));
  const { events } = JSON.parse(kept ?? '{"events":[]}') as { events: { event_id: string }[] };
  return events.map(({ event_id }) => event_id);
}

test('whoever leaves the page takes nothing along: the rest is stored', async ({ page, product }) => {
  await product.signInAs('engineer');
  const heard = listen(page);
  await product.open('/');
  await isOn(heard.lines);
  await press(page, 3);
  await expect.poll(() => waitingIds(page)).toHaveLength(4);
  const ids = await waitingIds(page);
  expect(await storedUsageEvents(ids)).toEqual([]);

  await page.goto('about:blank');
  await expect.poll(() => storedUsageEvents(ids)).toHaveLength(4);
});

test('where requests end with their page the rest is sent as a beacon, and is stored once', async ({
  page,
  product,
}) => {
  await product.signInAs('engineer');
  await page.addInitScript(() => {
    Reflect.deleteProperty(Request.prototype, 'keepalive');
    const send = navigator.sendBeacon.bind(navigator);
    navigator.sendBeacon = (url, body) => {
      localStorage.setItem('beacon', body instanceof Blob ? body.type : '');
      return send(url, body);
    };
  });
  const heard = listen(page);
  await product.open('/');
  await isOn(heard.lines);
  await press(page, 3);
  await expect.poll(() => waitingIds(page)).toHaveLength(4);
  const ids = await waitingIds(page);
  await page.goto('about:blank');
  await expect.poll(() => storedUsageEvents(ids)).toHaveLength(4);

  await product.open('/');
  expect(await page.evaluate(() => localStorage.getItem('beacon'))).toBe('text/plain');
  await press(page, ENOUGH);
  await expect.poll(() => heard.lines.some((line) => line.includes('stored, 0 refused'))).toBe(true);
  expect(heard.ids()).toEqual(expect.arrayContaining(ids));
  expect(await storedUsageEvents(ids)).toHaveLength(4);
});

test('whoever opts out is not recorded, here and on other devices, until they want it again', async ({
  page,
  product,
  browser,
  baseURL,
}) => {
  await product.signInAs('engineer');
  const heard = listen(page);
  await product.open('/preferences');
  await isOn(heard.lines);
  const choice = page.getByRole('checkbox', { name: 'Record which pages and buttons I use' });
  await expect(choice).toBeChecked();
  await choice.scrollIntoViewIfNeeded();
  await product.expectAccessible();
  await product.photograph('preferences-tracking');
  const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
  await choice.uncheck();
  await saved;
  const sentBefore = heard.posts.length;

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  await press(page, ENOUGH + 5);
  await page.reload();
  await press(page, ENOUGH + 5);
  expect(heard.posts).toHaveLength(sentBefore);
  expect(heard.lines.at(-1)).toContain('off: opted out in the preferences');
  expect(await page.evaluate(() => sessionStorage.getItem('lakescope.usage_events'))).toBeNull();

  const other = await browser.newContext({ baseURL, extraHTTPHeaders: { 'X-Local-Persona': 'engineer' } });
  const otherDevice = await other.newPage();
  const heardThere = listen(otherDevice);
  await otherDevice.goto('/');
  await expect.poll(() => heardThere.lines.at(-1)).toContain('off: opted out');
  await press(otherDevice, ENOUGH + 5);
  expect(heardThere.posts).toHaveLength(0);
  await other.close();

  await product.open('/preferences');
  const again = page.waitForResponse((response) => response.request().method() === 'PUT');
  await choice.check();
  await again;
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  await press(page, ENOUGH);
  await expect.poll(() => heard.posts.length).toBe(sentBefore + 1);
});

for (const [name, signal] of [
  ['Do Not Track', { property: 'doNotTrack', value: '1' }],
  ['Global Privacy Control', { property: 'globalPrivacyControl', value: true }],
] as const) {
  test(`a browser that asks for ${name} is heard, and the preferences say so`, async ({ page, product }) => {
    await page.addInitScript(({ property, value }) => Object.defineProperty(navigator, property, { value }), signal);
    const heard = listen(page);
    await product.open('/');
    await press(page, ENOUGH + 5);
    await product.open('/preferences');
    const section = page.getByRole('region', { name: 'Usage tracking' });
    await expect(section).toContainText(`Your browser asks not to be tracked (${name}), so nothing is recorded.`);
    await expect(section.getByRole('checkbox')).toBeDisabled();
    await section.scrollIntoViewIfNeeded();
    await product.expectAccessible();
    if (name === 'Do Not Track') await product.photograph('preferences-do-not-track');
    expect(heard.posts).toHaveLength(0);
    expect(heard.lines.every((line) => line.includes('off: the browser asks for it'))).toBe(true);
  });
}

test('who is signed out sends nothing', async ({ page, product }) => {
  product.expectedComplaints.push(/401/);
  await product.signInAs('engineer');
  const heard = listen(page);
  await product.open('/');
  await isOn(heard.lines);
  await product.tokenExpires('engineer');
  await press(page, 1);
  await expect(page.getByText('Your session has expired')).toBeVisible();
  const home = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' });
  for (let time = 0; time < ENOUGH + 5; time++) await home.click();
  expect(heard.posts).toHaveLength(0);
});

test('the tracker proves that nothing was lost, and warns in the console when something was', async ({
  page,
  product,
}) => {
  await product.signInAs('engineer');
  const heard = listen(page);
  await page.clock.install();
  await product.open('/');
  await isOn(heard.lines);
  await press(page, ENOUGH);
  await expect.poll(() => heard.lines.some((line) => line.includes('stored, 0 refused'))).toBe(true);

  await page.clock.fastForward(61_000);
  await press(page, ENOUGH);
  const report = /of \d+ events 0 were dropped, 0 refused, and (\d+) are missing on the server/;
  await expect.poll(() => heard.lines.filter((line) => report.test(line))).toHaveLength(1);
  expect(heard.lines.find((line) => report.test(line))).toMatch(/^debug: .* 0 are missing/);

  await page.route(COUNT, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { count: number };
    await route.fulfill({ response, json: { ...answer, count: 1 } });
  });
  await page.clock.fastForward(11 * 60_000);
  await press(page, ENOUGH);
  await page.clock.fastForward(11 * 60_000);
  await press(page, ENOUGH);
  await expect.poll(() => heard.lines.filter((line) => report.test(line)).length).toBeGreaterThan(1);
  expect(heard.lines.filter((line) => report.test(line)).at(-1)).toMatch(/^warning: /);
});
