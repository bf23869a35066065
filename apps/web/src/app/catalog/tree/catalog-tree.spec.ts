import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi } from '@lakescope/web-api';
import { CatalogTree } from './catalog-tree';

const PREFIX = '/api/v1/unity-catalog';

describe('CatalogTree', () => {
  let tree: CatalogTree;
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideApi(), provideHttpClientTesting()] });
    http = TestBed.inject(HttpTestingController);
    tree = TestBed.inject(CatalogTree);
  });

  const asked = (list: string) =>
    http.match(({ urlWithParams }) => decodeURIComponent(urlWithParams).startsWith(`${PREFIX}/${list}`));
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  async function answer(list: string, names: readonly string[], next: string | null = null): Promise<void> {
    const [request] = asked(list);
    request?.flush({ items: names.map((name) => ({ name, owner: 'ana', comment: null })), next_cursor: next });
    await settle();
  }

  async function refuse(list: string, status: number): Promise<void> {
    const [request] = asked(list);
    const error_code = status === 403 ? 'CATALOG_PERMISSION_DENIED' : 'SERVICE_UNAVAILABLE';
    request?.flush({ title: 'No', detail: 'No', error_code }, { status, statusText: 'No' });
    await settle();
  }

  const names = (key: string) =>
    tree
      .branches()
      .get(key)
      ?.nodes.map(({ name }) => name);
  const codes = (key: string) =>
    tree
      .branches()
      .get(key)
      ?.problems.map(({ code }) => code);

  it('asks for a level when it is unfolded, once, and follows its pages to the end, empty ones too', async () => {
    tree.reveal(['demo']);
    await answer('catalogs', ['demo'], 'next');
    expect(names('')).toEqual(['demo']);
    expect(tree.branches().get('')?.isLoading).toBe(true);
    await answer('catalogs', [], 'last');
    await answer('catalogs', ['shop']);
    expect(names('')).toEqual(['demo', 'shop']);
    expect(tree.branches().get('')?.isLoading).toBe(false);

    await answer('schemas', ['lake']);
    tree.fold('demo');
    tree.unfold('demo');
    expect(asked('schemas')).toEqual([]);
  });

  it('keeps everything else when a schema refuses', async () => {
    tree.reveal(['demo', 'secret']);
    await answer('catalogs', ['demo']);
    await answer('schemas', ['lake', 'secret']);
    await refuse('table-names', 403);
    await refuse('volumes', 403);

    expect(names('')).toEqual(['demo']);
    expect(names('demo')).toEqual(['lake', 'secret']);
    expect(names('demo/secret')).toEqual([]);
    expect(codes('demo/secret')).toEqual(['CATALOG_PERMISSION_DENIED']);
  });

  it('shows the tables when only the volumes fail, and gets the volumes when it is asked again', async () => {
    tree.unfold('demo/lake');
    await answer('table-names', ['trips']);
    await refuse('volumes', 503);
    expect(names('demo/lake')).toEqual(['trips']);
    expect(codes('demo/lake')).toEqual(['SERVICE_UNAVAILABLE']);

    tree.reload('demo/lake');
    await answer('table-names', ['trips']);
    expect(names('demo/lake')).toEqual(['trips']);
    await answer('volumes', ['files']);
    expect(names('demo/lake')).toEqual(['trips', 'files']);
    expect(codes('demo/lake')).toEqual([]);
  });

  it('drops an answer that comes after a newer one was asked for', async () => {
    tree.unfold('demo');
    const [older] = asked('schemas');
    tree.reload('demo');
    await answer('schemas', ['new']);
    older?.flush({ items: [{ name: 'old' }], next_cursor: null });
    await settle();
    expect(names('demo')).toEqual(['new']);
  });

  it('forgets on a reload of all what nobody looks at', async () => {
    tree.reveal(['demo', 'lake']);
    await answer('catalogs', ['demo']);
    await answer('schemas', ['lake']);
    tree.fold('demo/lake');
    tree.reloadAll();
    expect(tree.branches().has('demo/lake')).toBe(false);
    expect(names('demo')).toEqual(['lake']);
  });
});
