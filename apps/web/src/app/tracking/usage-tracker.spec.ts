import { jest } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting, type TestRequest } from '@angular/common/http/testing';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { Connection, provideApi } from '@lakescope/web-api';
import { type QueuedEvent } from './kept-events';
import { UsageEvents } from './usage-events';
import { UsageTracker } from './usage-tracker';

const NOW = Date.parse('2026-11-21T08:30:00.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

@Component({ template: '' })
class Page {}

const ROUTES = [
  { path: '', pathMatch: 'full' as const, component: Page },
  { path: 'delta', component: Page },
  { path: 'people/:name', component: Page },
];

const eventsOf = ({ request }: TestRequest) => (request.body as { events: QueuedEvent[] }).events;
const idsOf = (request: TestRequest) => eventsOf(request).map(({ event_id }) => event_id);
const typesOf = (request: TestRequest) => eventsOf(request).map(({ event_type }) => event_type);

describe('the usage tracker', () => {
  let http: HttpTestingController;
  let console: { debug: jest.Mock; warn: jest.Mock };

  const isPost = ({ method, url }: { method: string; url: string }) =>
    method === 'POST' && url === '/api/v1/metrics/usage-events';
  const isCount = ({ url }: { url: string }) => url.startsWith('/api/v1/metrics/usage/count');
  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const record = (times = 1) => {
    for (let time = 0; time < times; time++) TestBed.inject(UsageEvents).record('button_click', { elementId: 'copy' });
  };

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    sessionStorage.clear();
    console = { debug: jest.fn(), warn: jest.fn() };
    jest.spyOn(globalThis.console, 'debug').mockImplementation(console.debug);
    jest.spyOn(globalThis.console, 'warn').mockImplementation(console.warn);
  });

  afterEach(async () => {
    await Promise.race([TestBed.inject(UsageTracker).stop(), undefined]);
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  async function visit(url = '/', owner = 'ada'): Promise<void> {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), provideRouter(ROUTES)],
    });
    http = TestBed.inject(HttpTestingController);
    await TestBed.inject(Router).navigateByUrl(url);
    TestBed.inject(UsageTracker).start(owner);
  }

  async function take(request: TestRequest, answer: object = {}): Promise<void> {
    const received = eventsOf(request).length;
    request.flush(
      {
        received,
        inserted: received,
        duplicates: 0,
        rejected: [],
        server_time: new Date(Date.now()).toISOString(),
        deduplicated: true,
        ...answer,
      },
      { status: 202, statusText: 'Accepted' },
    );
    await pass(1);
  }

  async function refuse(request: TestRequest, status: number, body: object = {}, headers = {}): Promise<void> {
    request.flush(body, { status, statusText: 'No', headers });
    await pass(1);
  }

  it('sends what was done ten seconds after the first of it, with the page by its template', async () => {
    await visit('/people/ada?path=/Volumes/secret');
    record();
    await pass(9.9 * SECOND);
    http.expectNone(isPost);
    await pass(SECOND);

    const request = http.expectOne(isPost);
    expect(eventsOf(request)).toEqual([
      expect.objectContaining({
        event_type: 'page_view',
        page_name: '/people/:name',
        timestamp: '2026-11-21T08:30:00.000Z',
      }),
      expect.objectContaining({ event_type: 'button_click', page_name: '/people/:name', element_id: 'copy' }),
    ]);
    expect(JSON.stringify(request.request.body)).not.toContain('secret');
    expect(request.request.keepalive).toBe(true);
    await take(request);
    await pass(MINUTE);
    http.expectNone(isPost);
  });

  it('sends at once when there are twenty, and one request at a time', async () => {
    await visit();
    record(19);
    const first = http.expectOne(isPost);
    expect(eventsOf(first)).toHaveLength(20);
    record(25);
    await pass(MINUTE);
    http.expectNone(isPost);
    await take(first);
    const second = http.expectOne(isPost);
    expect(eventsOf(second)).toHaveLength(25);
    await take(second);
  });

  it('notes a page once, whatever its filters are, and what was done before it was there', async () => {
    await visit();
    TestBed.inject(UsageTracker);
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/delta');
    await router.navigateByUrl('/delta?path=/Volumes/a');
    await router.navigateByUrl('/delta?path=/Volumes/b');
    await router.navigateByUrl('/');
    await pass(10 * SECOND);
    const request = http.expectOne(isPost);
    expect(eventsOf(request).map(({ page_name }) => page_name)).toEqual(['/', '/delta', '/']);
    await take(request);
  });

  it.each([
    ['no answer', 0, {}],
    ['500', 500, {}],
    ['503', 503, { error_code: 'DATABASE_UNAVAILABLE' }],
  ])('sends the same ids again after %s, and what came meanwhile', async (_, status, body) => {
    await visit();
    await pass(10 * SECOND);
    const first = http.expectOne(isPost);
    if (status === 0) first.error(new ProgressEvent('error'));
    else await refuse(first, status, body);
    record();
    await pass(3 * SECOND);

    const second = http.expectOne(isPost);
    expect(idsOf(second).slice(0, 1)).toEqual(idsOf(first));
    expect(typesOf(second)).toEqual(['page_view', 'button_click']);
    await take(second, { inserted: 1, duplicates: 1 });
    await pass(MINUTE);
    http.expectNone(isPost);
  });

  it('waits longer after each failure, to at most five minutes and what chance adds', async () => {
    await visit();
    const waits: number[] = [];
    for (let failure = 0; failure < 12; failure++) {
      let waited = 0;
      let [request] = http.match(isPost);
      for (; request === undefined; [request] = http.match(isPost), waited += SECOND) await pass(SECOND);
      waits.push(waited);
      await refuse(request, 503);
    }
    expect(waits[3]).toBeGreaterThan(waits[1] ?? 0);
    expect(Math.max(...waits)).toBeGreaterThan(4 * MINUTE);
    expect(Math.max(...waits)).toBeLessThanOrEqual(6.5 * MINUTE + SECOND);
  });

  it.each([
    ['the answer', { retry_after: 90 }, {}],
    ['its header', {}, { 'Retry-After': '90' }],
  ])('asks no sooner than %s says, even when the page is left', async (_, body, headers) => {
    await visit();
    await pass(10 * SECOND);
    await refuse(http.expectOne(isPost), 429, { error_code: 'RATE_LIMITED', ...body }, headers);
    record(30);
    window.dispatchEvent(new Event('pagehide'));
    await pass(89 * SECOND);
    http.expectNone(isPost);
    await pass(30 * SECOND);
    await take(http.expectOne(isPost));
  });

  it('sends nothing again that the server refused, one by one or as a whole', async () => {
    await visit();
    record();
    await pass(10 * SECOND);
    await take(http.expectOne(isPost), { inserted: 1, rejected: [{ index: 1, reason: 'element_id must be text' }] });
    record();
    await pass(10 * SECOND);
    await refuse(http.expectOne(isPost), 400, { error_code: 'INVALID_REQUEST' });
    await pass(10 * MINUTE);
    http.expectNone(isPost);
    expect(console.debug).toHaveBeenCalledWith(
      expect.stringContaining('button_click was refused: element_id must be text'),
    );
  });

  it('sends half as many when it was too much at once', async () => {
    await visit();
    record(23);
    const first = http.expectOne(isPost);
    expect(eventsOf(first)).toHaveLength(20);
    await refuse(first, 413);
    const second = http.expectOne(isPost);
    expect(idsOf(second)).toEqual(idsOf(first).slice(0, 10));
    await take(second);
    for (const length of [10, 4]) {
      await pass(10 * SECOND);
      const next = http.expectOne(isPost);
      expect(eventsOf(next)).toHaveLength(length);
      await take(next);
    }
  });

  it('is silent while nobody is signed in, and goes on when the server knows the person again', async () => {
    await visit();
    await pass(10 * SECOND);
    const first = http.expectOne(isPost);
    await refuse(first, 401, { error_code: 'AUTH_EXPIRED' });
    record(40);
    window.dispatchEvent(new Event('pagehide'));
    await pass(60 * MINUTE);
    http.expectNone(isPost);

    TestBed.inject(Connection).reportAnswer();
    await pass(11 * SECOND);
    const second = http.expectOne(isPost);
    expect(idsOf(second)[0]).toBe(idsOf(first)[0]);
    expect(eventsOf(second)).toHaveLength(41);
    await take(second);
  });

  it('keeps its failures to itself', async () => {
    await visit();
    await pass(10 * SECOND);
    http.expectOne(isPost).error(new ProgressEvent('error'));
    await pass(1);
    expect(TestBed.inject(Connection).isUnreachable()).toBe(false);
    await pass(3 * SECOND);
    await refuse(http.expectOne(isPost), 401, { error_code: 'AUTH_EXPIRED' });
    expect(TestBed.inject(Connection).isSessionExpired()).toBe(false);
    expect(console.warn).not.toHaveBeenCalled();
  });

  it('gives up when the app has no database', async () => {
    await visit();
    await pass(10 * SECOND);
    await refuse(http.expectOne(isPost), 503, { error_code: 'LAKEBASE_NOT_CONFIGURED' });
    record(50);
    await pass(60 * MINUTE);
    http.expectNone(isPost);
  });

  it('sends the rest when the page is hidden or left, beside a request under way', async () => {
    await visit();
    record(19);
    const underway = http.expectOne(isPost);
    record(2);
    Object.defineProperty(globalThis, 'Request', {
      configurable: true,
      value: class {
        keepalive = true;
      },
    });
    Object.defineProperty(Request.prototype, 'keepalive', { configurable: true, value: false });
    window.dispatchEvent(new Event('pagehide'));
    const rest = http.expectOne((request) => isPost(request) && request !== underway.request);
    expect(eventsOf(rest)).toHaveLength(2);
    window.dispatchEvent(new Event('pagehide'));
    http.expectNone((request) => isPost(request) && request !== underway.request && request !== rest.request);
    Reflect.deleteProperty(globalThis, 'Request');
    await take(rest);
    await take(underway);
  });

  it('sends the rest as a beacon where requests end with their page, and again until it is acknowledged', async () => {
    const beacons: [string, Blob][] = [];
    Object.defineProperty(navigator, 'sendBeacon', {
      configurable: true,
      value: (url: string, body: Blob) => beacons.push([url, body]) > 0,
    });
    await visit();
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    Reflect.deleteProperty(document, 'visibilityState');
    expect(beacons).toHaveLength(1);
    const [[url, body] = ['', new Blob()]] = beacons;
    expect([url, body.type]).toEqual(['/api/v1/metrics/usage-events', 'text/plain']);

    await visit();
    await pass(10 * SECOND);
    const again = http.expectOne(isPost);
    expect(typesOf(again)).toEqual(['page_view', 'page_view']);
    await take(again, { inserted: 1, duplicates: 1 });
    Reflect.deleteProperty(navigator, 'sendBeacon');
  });

  it('sends after a reload what was left, with the same ids; of another person nothing', async () => {
    await visit();
    await pass(10 * SECOND);
    const first = http.expectOne(isPost);
    await refuse(first, 503);
    await visit('/delta');
    await pass(10 * SECOND);
    const second = http.expectOne(isPost);
    expect(idsOf(second)[0]).toBe(idsOf(first)[0]);
    await refuse(second, 503);

    await visit('/', 'ben');
    await pass(10 * SECOND);
    expect(typesOf(http.expectOne(isPost))).toEqual(['page_view']);
  });

  it('dates events by the clock of the server, also those that were refused for their time', async () => {
    await visit();
    record();
    await pass(10 * SECOND);
    const server = NOW - 60 * MINUTE;
    const first = http.expectOne(isPost);
    const rejected = [0, 1].map((index) => ({ index, reason: 'it lies more than 5 minutes in the future' }));
    await take(first, { inserted: 0, rejected, server_time: new Date(server + 10 * SECOND).toISOString() });
    record();
    await pass(10 * SECOND);

    const second = http.expectOne(isPost);
    const times = eventsOf(second).map(({ timestamp }) => Date.parse(timestamp) - server);
    expect(times).toEqual([0, 0, 10 * SECOND + 1]);
    expect(idsOf(second).some((id) => idsOf(first).includes(id))).toBe(false);
    await take(second, { server_time: new Date(server + 20 * SECOND).toISOString() });
    http.expectNone(isPost);
  });

  it('forgets everything when it is stopped, and is done when nothing is under way', async () => {
    await visit();
    await pass(10 * SECOND);
    const underway = http.expectOne(isPost);
    record();
    const stopped = jest.fn();
    void TestBed.inject(UsageTracker).stop().then(stopped);
    await pass(1);
    expect(stopped).not.toHaveBeenCalled();
    await take(underway);
    expect(stopped).toHaveBeenCalled();
    await pass(10 * MINUTE);
    http.expectNone(isPost);
    expect(sessionStorage.length).toBe(0);
  });

  describe('holds what the server said against what it counts', () => {
    async function countAfterAMinute(): Promise<TestRequest> {
      await visit();
      await pass(10 * SECOND);
      await take(http.expectOne(isPost));
      http.expectNone(isCount);
      await pass(MINUTE);
      record(3);
      await pass(10 * SECOND);
      await take(http.expectOne(isPost));
      return http.expectOne(isCount);
    }

    it('and is content when nothing is missing', async () => {
      const count = await countAfterAMinute();
      expect(count.request.urlWithParams).toContain(`start=${encodeURIComponent('2026-11-21T08:30:00.000Z')}`);
      count.flush({ count: 4 });
      await pass(1);
      expect(console.debug).toHaveBeenLastCalledWith(
        '[UsageTracker] of 4 events 0 were dropped, 0 refused, and 0 are missing on the server',
      );
      expect(console.warn).not.toHaveBeenCalled();
    });

    it('and warns when more than one in a thousand is', async () => {
      (await countAfterAMinute()).flush({ count: 3 });
      await pass(1);
      expect(console.warn).toHaveBeenCalledWith(
        '[UsageTracker] of 4 events 0 were dropped, 0 refused, and 1 are missing on the server',
      );
    });

    it('and says nothing of what it could not find out', async () => {
      (await countAfterAMinute()).flush({}, { status: 503, statusText: 'No' });
      await pass(1);
      expect(console.warn).not.toHaveBeenCalled();
    });

    it('and counts what was dropped while the server was away', async () => {
      await visit();
      await pass(10 * SECOND);
      await refuse(http.expectOne(isPost), 503, { retry_after: 120 });
      record(600);
      await pass(200 * SECOND);
      for (let [request] = http.match(isPost); request !== undefined; [request] = http.match(isPost)) {
        await take(request);
        await pass(10 * SECOND);
      }
      http.expectOne(isCount).flush({ count: 500 });
      await pass(1);
      expect(console.warn).toHaveBeenCalledWith(
        '[UsageTracker] of 601 events 101 were dropped, 0 refused, and 0 are missing on the server',
      );
    });
  });
});
