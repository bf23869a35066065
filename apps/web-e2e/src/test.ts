import { ContractCheck } from '@lakescope/contract-check';
import { test as base, expect, type Page, type Response } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { accessibilityFindings } from './accessibility';
import { endpoints, type Fault } from './workspace';

type Persona = 'admin' | 'engineer' | 'analyst' | 'outsider';

interface Product {
  /** Opens a page of the app and waits until its content stands. */
  open(path: string): Promise<void>;
  /** Acts as another persona from the next request on. */
  signInAs(persona: Persona): Promise<void>;
  /** The persona's token is over from now on, and is renewed when the test ends. */
  tokenExpires(persona: Persona): Promise<void>;
  /** They sign in again. */
  tokenIsRenewed(persona: Persona): Promise<void>;
  /** Makes the platform misbehave until the test ends. */
  platformFails(fault: Fault): Promise<void>;
  /** Lakebase lets nobody in, and whoever was in is thrown out, until it recovers or the test ends. */
  databaseGoesAway(): Promise<void>;
  databaseRecovers(): Promise<void>;
  /** Ends every fault of the platform. */
  platformRecovers(): Promise<void>;
  /** axe in the present state, in both themes; no finding is accepted. */
  expectAccessible(): Promise<void>;
  /** Screenshots in both themes and three widths, for people to look at. */
  photograph(name: string): Promise<void>;
  /** Console errors and broken contracts that this test provokes on purpose. */
  readonly expectedComplaints: RegExp[];
}

const contract = new ContractCheck('libs/contract/openapi.json');
const WIDTHS = [1440, 1024, 390];

/**
 * The browser as a user has it, with what every journey owes besides its own assertions: no error in the console, no
 * request to another origin, and every API answer as the contract says.
 */
export const test = base.extend<{ product: Product }>({
  baseURL: async ({}, use) => use(endpoints().app),
  product: async ({ page, context }, use) => {
    const complaints: string[] = [];
    const expectedComplaints: RegExp[] = [];
    const pending: Promise<void>[] = [];
    let isDatabaseAway = false;
    const signedOut = new Set<Persona>();
    const origin = new URL(endpoints().app).origin;

    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== origin) complaints.push(`foreign request: ${url.href}`);
    });
    page.on('response', (response) => {
      const { pathname, search } = new URL(response.url());
      if (pathname.startsWith('/api/')) pending.push(holdToContract(response, pathname + search, complaints));
    });

    await use({
      expectedComplaints,
      open: async (path) => {
        await page.goto(path);
        await settled(page);
      },
      signInAs: async (persona) => {
        await context.setExtraHTTPHeaders({ 'X-Local-Persona': persona });
        // A download is fetched by the browser itself, without the headers of the context.
        await context.addCookies([{ name: 'lakescope_persona', value: persona, url: endpoints().app }]);
      },
      tokenExpires: async (persona) => {
        signedOut.add(persona);
        await changeToken(persona, 'expire');
      },
      tokenIsRenewed: (persona) => changeToken(persona, 'renew'),
      platformFails: async (fault) => {
        const answer = await fetch(`${endpoints().workspace}/.local/faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(fault),
        });
        expect(answer.ok, await answer.text()).toBe(true);
      },
      platformRecovers,
      databaseGoesAway: async () => {
        isDatabaseAway = true;
        for (const kind of ['refuse', 'reset']) await tellLocalWorkspace('/.local/postgres-faults', { kind });
      },
      databaseRecovers: healDatabase,
      expectAccessible: async () => {
        // Nothing is to be waited for that only moves.
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await settled(page);
          expect(await accessibilityFindings(page), `axe in the ${colorScheme} theme`).toEqual([]);
        }
        await page.emulateMedia({ reducedMotion: null });
      },
      photograph: async (name) => {
        mkdirSync('artifacts/screens', { recursive: true });
        const before = page.viewportSize();
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            await settled(page);
            const overflow = await page.evaluate(
              () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
            );
            expect(overflow, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
            await page.screenshot({ path: `artifacts/screens/${name}-${colorScheme}-${width}.png` });
          }
        }
        await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
        if (before) await page.setViewportSize(before);
      },
    });

    await platformRecovers();
    if (isDatabaseAway) await healDatabase();
    for (const persona of signedOut) await changeToken(persona, 'renew');
    await Promise.all(pending);
    expect(complaints.filter((line) => !expectedComplaints.some((pattern) => pattern.test(line)))).toEqual([]);
  },
});

export { expect };

async function platformRecovers(): Promise<void> {
  await fetch(`${endpoints().workspace}/.local/faults`, { method: 'DELETE' });
}

async function changeToken(persona: Persona, action: 'expire' | 'renew'): Promise<void> {
  await tellLocalWorkspace('/.local/token', { action }, { 'x-local-persona': persona });
}

async function tellLocalWorkspace(path: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(endpoints().app + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

async function healDatabase(): Promise<void> {
  await fetch(`${endpoints().app}/.local/postgres-faults`, { method: 'DELETE' });
}

async function holdToContract(response: Response, path: string, complaints: string[]): Promise<void> {
  const contentType = response.headers()['content-type'];
  const isJson = contentType?.includes('json') === true;
  // A page that has moved on takes the body with it.
  const text = isJson ? await response.text().catch(() => undefined) : '';
  if (text === undefined) return;
  const method = response.request().method();
  const problems = contract.problemsOf({ method, path, status: response.status(), contentType, text });
  complaints.push(...problems.map((problem) => `contract: ${method} ${path}: ${problem}`));
}

/** No skeleton left and no animation running. */
async function settled(page: Page): Promise<void> {
  // The local workspace's own page is no part of the app.
  await page.locator('ls-root, body > main').waitFor();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
}
