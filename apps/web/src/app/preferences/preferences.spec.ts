import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting, type TestRequest } from '@angular/common/http/testing';
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

  const answerStored = async (items: { preference_key: string; preference_value: unknown; version?: number }[]) => {
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

  describe('when another tab writes too', () => {
    const place = (path: string) => ({ kind: 'delta' as const, path });
    const afterSaving = async () => {
      await new Promise((resolve) => setTimeout(resolve, 450));
      return http.expectOne(({ method }) => method === 'PUT');
    };
    const refuse = async (put: TestRequest) => {
      put.flush({ error_code: 'PRECONDITION_FAILED' }, { status: 412, statusText: 'Precondition failed' });
      await settle();
      return http.expectOne(
        ({ method, urlWithParams }) => method === 'GET' && urlWithParams.includes('preference_key='),
      );
    };

    it('names the version that a write builds on, and then the one it made', async () => {
      const appearance = TestBed.inject(Appearance);
      await answerStored([{ preference_key: 'theme', preference_value: 'light', version: 4 }]);
      appearance.chooseTheme('dark');
      const first = await afterSaving();
      expect(first.request.headers.get('If-Match')).toBe('"4"');
      first.flush({ preference_key: 'theme', preference_value: 'dark', version: 5 });
      await settle();

      appearance.chooseTheme('system');
      expect((await afterSaving()).request.headers.get('If-Match')).toBe('"5"');
    });

    it('stars a table among those that the other tab starred', async () => {
      const places = TestBed.inject(Places);
      await answerStored([{ preference_key: 'favorite_tables', preference_value: [place('/Volumes/a')], version: 1 }]);
      places.toggleFavourite(place('/Volumes/mine'));
      const reload = await refuse(await afterSaving());
      reload.flush({
        items: [
          {
            preference_key: 'favorite_tables',
            preference_value: [place('/Volumes/theirs'), place('/Volumes/a')],
            version: 2,
          },
        ],
        next_cursor: null,
      });
      await settle();

      const { request } = http.expectOne(({ method }) => method === 'PUT');
      expect(request.headers.get('If-Match')).toBe('"2"');
      const paths = ['/Volumes/mine', '/Volumes/theirs', '/Volumes/a'];
      expect(request.body).toMatchObject({ preference_value: paths.map(place) });
      expect(places.favourites().map(({ path }) => path)).toEqual(paths);
      expect(TestBed.inject(Preferences).conflict()).toBeUndefined();
    });

    it('takes the theme of the other tab, says so, and gives the choice back', async () => {
      const [appearance, preferences] = [TestBed.inject(Appearance), TestBed.inject(Preferences)];
      await answerStored([{ preference_key: 'theme', preference_value: 'system', version: 1 }]);
      appearance.chooseTheme('light');
      const reload = await refuse(await afterSaving());
      reload.flush({ items: [{ preference_key: 'theme', preference_value: 'dark', version: 2 }], next_cursor: null });
      await settle();

      expect(appearance.theme()).toBe('dark');
      expect(preferences.conflict()).toEqual({ key: 'theme', mine: 'light', theirs: 'dark' });
      http.expectNone(({ method }) => method === 'PUT');

      preferences.resolve('mine');
      const { request } = await afterSaving();
      expect(request.headers.get('If-Match')).toBe('"2"');
      expect(request.body).toMatchObject({ preference_value: 'light' });
      expect(preferences.conflict()).toBeUndefined();
    });

    it('brings nothing back that another tab has erased', async () => {
      const places = TestBed.inject(Places);
      await answerStored([{ preference_key: 'recent_items', preference_value: [place('/Volumes/old')], version: 3 }]);
      places.visit(place('/Volumes/new'));
      const reload = await refuse(await afterSaving());
      reload.flush({ items: [], next_cursor: null });
      await settle();

      const { request } = http.expectOne(({ method }) => method === 'PUT');
      expect(request.headers.has('If-Match')).toBe(false);
      expect(request.body).toMatchObject({ preference_value: [place('/Volumes/new')] });
    });

    it('stars a table although the other tab was the first to star any', async () => {
      const places = TestBed.inject(Places);
      await answerStored([]);
      places.toggleFavourite(place('/Volumes/mine'));
      const put = await afterSaving();
      expect(put.request.headers.get('If-None-Match')).toBe('*');
      const reload = await refuse(put);
      const theirs = { preference_key: 'favorite_tables', preference_value: [place('/Volumes/theirs')], version: 1 };
      reload.flush({ items: [theirs], next_cursor: null });
      await settle();

      const { request } = http.expectOne(({ method }) => method === 'PUT');
      expect(request.headers.get('If-Match')).toBe('"1"');
      expect(request.headers.has('If-None-Match')).toBe(false);
      expect(request.body).toMatchObject({ preference_value: ['/Volumes/mine', '/Volumes/theirs'].map(place) });
    });

    it('asks nobody when both tabs chose the same', async () => {
      const [appearance, preferences] = [TestBed.inject(Appearance), TestBed.inject(Preferences)];
      await answerStored([{ preference_key: 'theme', preference_value: 'system', version: 1 }]);
      appearance.chooseTheme('dark');
      const reload = await refuse(await afterSaving());
      reload.flush({ items: [{ preference_key: 'theme', preference_value: 'dark', version: 2 }], next_cursor: null });
      await settle();
      expect(preferences.conflict()).toBeUndefined();
      expect(appearance.theme()).toBe('dark');
    });
  });

  it('keeps a choice on the device and says why when it could not be stored', async () => {
    const preferences = TestBed.inject(Preferences);
    await answerStored([]);
    preferences.choose('theme', 'dark');
    await new Promise((resolve) => setTimeout(resolve, 450));
    http
      .expectOne(({ method }) => method === 'PUT')
      .flush({ error_code: 'DATABASE_UNAVAILABLE' }, { status: 503, statusText: 'Service unavailable' });
    await settle();
    expect(preferences.saveProblem()?.code).toBe('DATABASE_UNAVAILABLE');
    expect(preferences.value('theme')).toBe('dark');

    preferences.retry();
    await new Promise((resolve) => setTimeout(resolve, 450));
    http
      .expectOne(({ method }) => method === 'PUT')
      .flush({ preference_key: 'theme', preference_value: 'dark', version: 1 });
    await settle();
    expect(preferences.saveProblem()).toBeUndefined();
  });

  it('stores what was chosen before it was known what is stored, and builds on that', async () => {
    const place = (path: string) => ({ kind: 'delta' as const, path });
    localStorage.setItem('lakescope.recent_items', JSON.stringify([place('/Volumes/of-this-device')]));
    const [places, appearance] = [TestBed.inject(Places), TestBed.inject(Appearance)];
    appearance.chooseTheme('dark');
    places.visit(place('/Volumes/new'));
    await new Promise((resolve) => setTimeout(resolve, 450));
    http.expectNone(({ method }) => method === 'PUT');

    await answerStored([
      { preference_key: 'recent_items', preference_value: [place('/Volumes/stored')], version: 7 },
      { preference_key: 'theme', preference_value: 'light', version: 2 },
    ]);
    await settle();

    const puts = http.match(({ method }) => method === 'PUT').map(({ request }) => request);
    expect(puts.map(({ body, headers }) => ({ body, match: headers.get('If-Match') }))).toEqual([
      { body: { preference_key: 'theme', preference_value: 'dark' }, match: '"2"' },
      {
        body: { preference_key: 'recent_items', preference_value: ['/Volumes/new', '/Volumes/stored'].map(place) },
        match: '"7"',
      },
    ]);
  });

  it('forgets on this device what was erased', async () => {
    const [places, appearance, preferences] = [
      TestBed.inject(Places),
      TestBed.inject(Appearance),
      TestBed.inject(Preferences),
    ];
    await answerStored([{ preference_key: 'theme', preference_value: 'dark', version: 1 }]);
    places.visit({ kind: 'delta', path: '/Volumes/a' });
    preferences.forget();
    await new Promise((resolve) => setTimeout(resolve, 450));
    TestBed.tick();

    expect(places.recent()).toEqual([]);
    expect(appearance.theme()).toBe('system');
    expect(localStorage.getItem('lakescope.recent_items')).toBeNull();
    http.expectNone(({ method }) => method === 'PUT');
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
    TestBed.inject(Preferences);
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
