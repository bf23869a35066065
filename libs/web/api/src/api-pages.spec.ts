import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type ApiPages, apiPages, type Page, textPages } from './api-pages';
import { type FileEntryDto } from './index';
import { listFilesRequest } from './generated/@angular/common.gen';
import { client } from './generated/client.gen';
import { provideHeyApiClient } from './generated/client/client.gen';

const entry = (name: string) => ({
  name,
  path: `/Volumes/c/s/v/${name}`,
  is_directory: false,
  size_bytes: 1,
  last_modified: null,
});

describe('apiPages', () => {
  const path = signal('/Volumes/c/s/v');
  let pages: ApiPages<FileEntryDto>;
  let http: HttpTestingController;

  beforeEach(() => {
    client.setConfig({ baseUrl: '' });
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideHeyApiClient(client)],
    });
    path.set('/Volumes/c/s/v');
    http = TestBed.inject(HttpTestingController);
    pages = TestBed.runInInjectionContext(() =>
      apiPages(listFilesRequest, (cursor) => ({ query: { path: path(), ...(cursor ? { cursor } : {}) } })),
    );
    TestBed.tick();
  });

  const answer = async (matching: string, items: string[], next: string | null) => {
    http
      .expectOne(({ urlWithParams }) => decodeURIComponent(urlWithParams).includes(matching))
      .flush({ items: items.map(entry), next_cursor: next });
    await TestBed.inject(HttpTestingController);
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  };
  const names = () => pages.items().map(({ name }) => name);

  it('appends the next page to the ones before', async () => {
    await answer('path=/Volumes/c/s/v', ['a'], 'next');
    expect(pages.hasMore()).toBe(true);

    void pages.loadMore();
    await answer('cursor=next', ['b'], null);

    expect(names()).toEqual(['a', 'b']);
    expect(pages.hasMore()).toBe(false);
  });

  it('drops a page that arrives after the list has become another one', async () => {
    await answer('path=/Volumes/c/s/v', ['a'], 'next');
    void pages.loadMore();
    path.set('/Volumes/c/s/w');
    TestBed.tick();
    await answer('path=/Volumes/c/s/w', ['x'], null);
    await answer('cursor=next', ['b'], null);

    expect(names()).toEqual(['x']);
  });

  it('keeps what is there when the next page fails, and says why', async () => {
    await answer('path=/Volumes/c/s/v', ['a'], 'next');
    void pages.loadMore();
    http
      .expectOne(({ urlWithParams }) => urlWithParams.includes('cursor=next'))
      .flush({ error_code: 'UPSTREAM_ERROR' }, { status: 502, statusText: 'Bad gateway' });
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();

    expect(names()).toEqual(['a']);
    expect(pages.problem()?.code).toBe('UPSTREAM_ERROR');
    expect(pages.hasMore()).toBe(true);
  });
});

describe('textPages', () => {
  it('reads each page from the very characters of the answer, and tells why one could not be had', async () => {
    client.setConfig({ baseUrl: '' });
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideHeyApiClient(client)],
    });
    const http = TestBed.inject(HttpTestingController);
    const read = (text: string): Page<string> => ({
      items: [text],
      next_cursor: text.includes('next') ? 'next' : null,
    });
    const pages = TestBed.runInInjectionContext(() =>
      textPages(listFilesRequest, (cursor) => ({ query: { path: '/Volumes', ...(cursor ? { cursor } : {}) } }), read),
    );
    const settled = async () => {
      TestBed.tick();
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    };
    await settled();
    expect(pages.isLoading()).toBe(true);
    http.expectOne(() => true).flush('next 9007199254740993');
    await settled();
    expect(pages.hasMore()).toBe(true);

    void pages.loadMore();
    await settled();
    http.expectOne(({ urlWithParams }) => urlWithParams.includes('cursor=next')).flush('[0.10]');
    await settled();
    expect(pages.items()).toEqual(['next 9007199254740993', '[0.10]']);
    expect(pages.hasMore()).toBe(false);

    pages.reload();
    await settled();
    http.expectOne(() => true).flush('{"error_code":"GONE"}', { status: 404, statusText: 'Gone' });
    await settled();
    expect(pages.problem()).toMatchObject({ status: 404, code: 'GONE' });
  });
});
