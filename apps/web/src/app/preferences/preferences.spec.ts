import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi } from '@lakescope/web-api';
import { SingleKeys } from '../shell/single-keys';
import { Appearance } from './appearance';
import { Places } from './places';
import { Preferences } from './preferences';

const settle = async () => {
  TestBed.tick();
  await new Promise((resolve) => setTimeout(resolve));
  TestBed.tick();
};

describe('Preferences', () => {
  let http: HttpTestingController;

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: [provideApi(), provideHttpClient(), provideHttpClientTesting()] });
    http = TestBed.inject(HttpTestingController);
  });

  const signIn = async (user_id: string) => {
    TestBed.tick();
    http.expectOne(({ url }) => url === '/api/v1/user/me/workspace').flush({ user: { user_id }, workspace: {} });
    await settle();
  };

  const answerStored = async (items: { preference_key: string; preference_value: unknown }[]) => {
    TestBed.tick();
    http.expectOne(({ url }) => url.startsWith('/api/v1/preferences')).flush({ items, next_cursor: null });
    await settle();
  };

  it('follows what is stored for the person, over what this device knew', async () => {
    localStorage.setItem('lakescope.theme', 'light');
    const appearance = TestBed.inject(Appearance);
    expect(appearance.theme()).toBe('light');

    await answerStored([{ preference_key: 'theme', preference_value: 'dark' }]);

    expect(appearance.theme()).toBe('dark');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('lakescope.theme')).toBe('dark');
  });

  it('works on the device alone when Lakebase is not configured', async () => {
    const preferences = TestBed.inject(Preferences);
    TestBed.tick();
    http
      .expectOne(({ url }) => url.startsWith('/api/v1/preferences'))
      .flush({ error_code: 'LAKEBASE_NOT_CONFIGURED' }, { status: 503, statusText: 'Service unavailable' });
    await settle();

    TestBed.inject(Appearance).chooseDensity('compact');
    await new Promise((resolve) => setTimeout(resolve, 450));

    expect(preferences.isStoredForUser()).toBe(false);
    expect(localStorage.getItem('lakescope.density')).toBe('compact');
    http.expectNone(({ method }) => method === 'PUT');
  });

  it('stores a choice for the person', async () => {
    const preferences = TestBed.inject(Preferences);
    await answerStored([]);
    preferences.choose('theme', 'dark');
    await new Promise((resolve) => setTimeout(resolve, 450));
    const { request } = http.expectOne(({ method }) => method === 'PUT');
    expect(request.body).toEqual({ preference_key: 'theme', preference_value: 'dark' });
  });

  it('ignores a stored value of a shape it does not know', async () => {
    const places = TestBed.inject(Places);
    const appearance = TestBed.inject(Appearance);
    await answerStored([
      { preference_key: 'theme', preference_value: { colour: 'pink' } },
      {
        preference_key: 'recent_items',
        preference_value: ['text', { kind: 'delta', path: '/Volumes/c/s/v/t' }, { kind: 1 }],
      },
    ]);
    expect(appearance.theme()).toBe('system');
    expect(places.recent()).toEqual([{ kind: 'delta', path: '/Volumes/c/s/v/t' }]);
  });

  it('shows nobody where the person before them was', async () => {
    localStorage.setItem('lakescope.owner', 'ada');
    localStorage.setItem('lakescope.recent_items', JSON.stringify([{ kind: 'delta', path: '/Volumes/hers' }]));
    const places = TestBed.inject(Places);
    await signIn('oscar');
    expect(places.recent()).toEqual([]);
    expect(localStorage.getItem('lakescope.recent_items')).toBeNull();
  });

  it('leaves a person what is theirs on this device', async () => {
    localStorage.setItem('lakescope.owner', 'ada');
    localStorage.setItem('lakescope.recent_items', JSON.stringify([{ kind: 'delta', path: '/Volumes/hers' }]));
    const places = TestBed.inject(Places);
    await signIn('ada');
    expect(places.recent()).toHaveLength(1);
  });

  it('keeps a choice of this device whatever is stored for the person', async () => {
    const singleKeys = TestBed.inject(SingleKeys);
    await answerStored([]);
    singleKeys.switch(false);
    expect(singleKeys.areOff()).toBe(true);
    singleKeys.switch(true);
    expect(singleKeys.areOff()).toBe(false);
  });

  it('puts the place visited last first, once', async () => {
    const places = TestBed.inject(Places);
    await answerStored([]);
    places.visit({ kind: 'delta', path: '/Volumes/a' });
    places.visit({ kind: 'files', path: '/Volumes/a' });
    places.visit({ kind: 'delta', path: '/Volumes/a' });
    expect(places.recent()).toEqual([
      { kind: 'delta', path: '/Volumes/a' },
      { kind: 'files', path: '/Volumes/a' },
    ]);
  });
});
