import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi } from '@lakescope/web-api';
import { Appearance } from './appearance';
import { UnstoredChoices } from './unstored-choices';

const settle = async () => {
  TestBed.tick();
  await new Promise((resolve) => setTimeout(resolve, 5));
  TestBed.tick();
};

describe('a choice that could not be stored before the page was left', () => {
  let http: HttpTestingController;
  const light = { preference_key: 'theme', preference_value: 'light', version: 4 };

  beforeEach(() => localStorage.clear());

  function visit(): Appearance {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({ providers: [provideApi(), provideHttpClient(), provideHttpClientTesting()] });
    http = TestBed.inject(HttpTestingController);
    const appearance = TestBed.inject(Appearance);
    TestBed.tick();
    return appearance;
  }

  const isWorkspace = ({ url }: { url: string }) => url === '/api/v1/user/me/workspace';
  const isList = ({ method, url }: { method: string; url: string }) =>
    method === 'GET' && url.startsWith('/api/v1/preferences');
  const isPut = ({ method }: { method: string }) => method === 'PUT';
  const refuse = (status: number, error_code: string) => [{ error_code }, { status, statusText: 'No' }] as const;

  async function chooseDarkWhileTheDatabaseIsAway(user_id: string): Promise<void> {
    const appearance = visit();
    http.expectOne(isWorkspace).flush({ user: { user_id }, workspace: {} });
    http.expectOne(isList).flush(...refuse(503, 'DATABASE_UNAVAILABLE'));
    await settle();
    appearance.chooseTheme('dark');
    await settle();
  }

  it('counts while nobody is signed in, and is stored once the same person is back', async () => {
    await chooseDarkWhileTheDatabaseIsAway('ana');

    const signedOut = visit();
    http.expectOne(isWorkspace).flush(...refuse(401, 'AUTH_EXPIRED'));
    http.expectOne(isList).flush(...refuse(401, 'AUTH_EXPIRED'));
    await settle();
    expect(signedOut.theme()).toBe('dark');

    const back = visit();
    http.expectOne(isList).flush({ items: [light], next_cursor: null });
    await settle();
    expect(back.theme()).toBe('dark');
    http.expectOne(isWorkspace).flush({ user: { user_id: 'ana' }, workspace: {} });
    await settle();
    await settle();
    const put = http.expectOne(isPut);
    expect(put.request.body).toEqual({ preference_key: 'theme', preference_value: 'dark' });
    expect(put.request.headers.get('If-Match')).toBe('"4"');
    put.flush({ ...light, preference_value: 'dark', version: 5 });
    await settle();
    expect(back.theme()).toBe('dark');
    expect(TestBed.inject(UnstoredChoices).all().size).toBe(0);
  });

  it('is nothing to the next person at this device', async () => {
    await chooseDarkWhileTheDatabaseIsAway('ana');

    const next = visit();
    http.expectOne(isWorkspace).flush({ user: { user_id: 'ben' }, workspace: {} });
    http.expectOne(isList).flush({ items: [light], next_cursor: null });
    await settle();
    await settle();
    expect(next.theme()).toBe('light');
    http.expectNone(isPut);
  });

  it.each(['["dark"]', '{"theme":{"deep":1}}', 'dark', '{'])('is read with care: %s', (kept) => {
    visit();
    localStorage.setItem('lakescope.unstored', kept);
    expect(TestBed.inject(UnstoredChoices).all().size).toBe(0);
  });
});
