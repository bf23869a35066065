import { jest } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { provideApi } from '@lakescope/web-api';
import { TrackingChoice } from './tracking-choice';
import { TrackingConsent } from './tracking-consent';
import { UsageEvents } from './usage-events';
import { UsageTracker } from './usage-tracker';
import { UsageTracking } from './usage-tracking';

const settle = async () => {
  for (let round = 0; round < 3; round++) {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('whether anything is recorded', () => {
  let http: HttpTestingController;
  let start: ReturnType<typeof jest.spyOn>;
  let stop: ReturnType<typeof jest.spyOn>;

  function browse(signals: object = {}): void {
    for (const [name, value] of Object.entries({ doNotTrack: null, globalPrivacyControl: false, ...signals })) {
      Object.defineProperty(navigator, name, { configurable: true, value });
    }
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), provideRouter([])],
    });
    http = TestBed.inject(HttpTestingController);
    const tracker = TestBed.inject(UsageTracker);
    start = jest.spyOn(tracker, 'start');
    stop = jest.spyOn(tracker, 'stop');
    TestBed.inject(UsageTracking);
    TestBed.tick();
  }

  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    jest.spyOn(console, 'debug').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    await TestBed.inject(UsageTracker).stop();
    jest.restoreAllMocks();
  });

  const isPreferences = ({ method, url }: { method: string; url: string }) =>
    method === 'GET' && url.startsWith('/api/v1/preferences');

  async function signIn(): Promise<void> {
    http.expectOne(({ url }) => url === '/api/v1/user/me/workspace').flush({ user: { user_id: 'ada' }, workspace: {} });
    await settle();
  }
  async function answerStored(value?: string): Promise<void> {
    const stored = { preference_key: 'usage_tracking', preference_value: value, version: 1 };
    http.expectOne(isPreferences).flush({ items: value === undefined ? [] : [stored], next_cursor: null });
    await settle();
  }

  it('is known only when it is known who it is and what they chose; then it is', async () => {
    browse();
    await signIn();
    expect(start).not.toHaveBeenCalled();
    await answerStored();
    expect(start).toHaveBeenCalledWith('ada');
  });

  it.each([
    ['the person has opted out on another device', {}, 'off'],
    ['the browser asks for Do Not Track', { doNotTrack: '1' }, undefined],
    ['the browser asks for Global Privacy Control', { globalPrivacyControl: true }, 'on'],
  ])('is nothing when %s, and what was left from before is forgotten', async (_, signals, stored) => {
    sessionStorage.setItem('lakescope.usage_events', '{}');
    browse(signals);
    await signIn();
    await answerStored(stored);
    TestBed.inject(UsageEvents).record('button_click');
    expect(start).not.toHaveBeenCalled();
    expect(sessionStorage.getItem('lakescope.usage_events')).toBeNull();
    const heard = jest.fn();
    TestBed.inject(UsageEvents).listen(heard);
    expect(heard).not.toHaveBeenCalled();
  });

  it('is nothing when there is no database, or nobody can tell what the person chose', async () => {
    browse();
    await signIn();
    http
      .expectOne(isPreferences)
      .flush({ error_code: 'DATABASE_UNAVAILABLE' }, { status: 503, statusText: 'Service unavailable' });
    await settle();
    expect(start).not.toHaveBeenCalled();
    expect(TestBed.inject(TrackingConsent).isPossible()).toBe(true);
  });

  it('ends with a click in the preferences, and begins again with another', async () => {
    browse();
    await signIn();
    await answerStored();
    const page = TestBed.createComponent(TrackingChoice);
    await settle();
    const box = (page.nativeElement as HTMLElement).querySelector('input');
    expect(box?.checked).toBe(true);

    box?.click();
    await settle();
    expect(stop).toHaveBeenCalled();
    expect(localStorage.getItem('lakescope.usage_tracking')).toBe('off');
    expect(sessionStorage.getItem('lakescope.usage_events')).toBeNull();

    start.mockClear();
    box?.click();
    await settle();
    expect(start).toHaveBeenCalledWith('ada');
  });

  it('says in the preferences that the browser objects, and offers no choice', async () => {
    browse({ globalPrivacyControl: true });
    const page = TestBed.createComponent(TrackingChoice);
    await settle();
    const element = page.nativeElement as HTMLElement;
    expect(element.textContent).toContain('Your browser asks not to be tracked (Global Privacy Control)');
    expect([element.querySelector('input')?.checked, element.querySelector('input')?.disabled]).toEqual([false, true]);
  });

  it('rests while everything about the person is erased, and goes on after it', async () => {
    browse();
    await signIn();
    await answerStored();
    start.mockClear();
    TestBed.inject(UsageEvents).record('button_click');
    await TestBed.inject(UsageTracking).restDuring(async () => {
      expect(stop).toHaveBeenCalled();
      TestBed.inject(UsageEvents).record('button_click');
      expect(sessionStorage.getItem('lakescope.usage_events')).toBeNull();
    });
    await settle();
    expect(start).toHaveBeenCalledWith('ada');
  });
});
