import { TestBed } from '@angular/core/testing';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { provideApi, type S3ConnectionDto } from '@lakescope/web-api';
import { Dialogs } from '../../shell/dialogs';
import { ConnectionGrants } from './connection-grants';

const PATH = '/api/v1/s3/connections/c1/grants';
const BO = { connection_id: 'c1', grantee: 'bo@example.com', granted_at: '2026-01-01T00:00:00.000Z' };

async function opened(bucket: string | null = 'claims-lake') {
  const confirm = () => Promise.resolve(true);
  TestBed.configureTestingModule({
    providers: [
      provideApi(),
      provideHttpClient(),
      provideHttpClientTesting(),
      { provide: Dialogs, useValue: { confirm } },
      { provide: MAT_DIALOG_DATA, useValue: { id: 'c1', name: 'Claims', bucket, prefix: 'raw/' } as S3ConnectionDto },
    ],
  });
  const http = TestBed.inject(HttpTestingController);
  const fixture = TestBed.createComponent(ConnectionGrants);
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  const settle = async () => {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  };
  const listed = async (items: readonly (typeof BO)[]) => {
    await settle();
    http.expectOne(({ method, url }) => method === 'GET' && url.startsWith(PATH)).flush({ items, next_cursor: null });
    await settle();
  };
  const grant = async (name: string) => {
    const field = element.querySelector('input');
    if (field) field.value = name;
    element.querySelector('form')?.requestSubmit();
    await settle();
    return http.expectOne(({ method }) => method === 'POST');
  };
  return { element, http, settle, listed, grant, said: () => element.querySelector('[role=status]')?.textContent };
}

describe('the grants of an S3 connection', () => {
  it('are given by name, told to those who do not see the list, and shown', async () => {
    const { element, listed, grant, said } = await opened();
    await listed([]);
    expect(element.textContent).toContain('s3://claims-lake/raw/');
    expect(element.textContent).toContain('read and write everything in');
    expect(element.textContent).toContain('Nobody but you.');

    const asked = await grant(' bo@example.com ');
    expect(asked.request.body).toEqual({ grantee: 'bo@example.com' });
    asked.flush(BO);
    await listed([BO]);

    expect(said()).toBe('It is granted to bo@example.com.');
    expect(element.querySelector('th[scope=row]')?.textContent).toBe('bo@example.com');
    expect(element.querySelector('input')?.value).toBe('');
  });

  it('keep a name that is refused in its field, with what is said against it', async () => {
    const { element, listed, grant, said } = await opened();
    await listed([]);

    const fields = [{ path: 'grantee', message: 'must be another person' }];
    (await grant('me@example.com')).flush(
      { error_code: 'INVALID_REQUEST', technical_details: { fields } },
      { status: 400, statusText: 'Bad Request' },
    );
    await listed([]);

    const field = element.querySelector('input');
    expect(field?.value).toBe('me@example.com');
    expect(element.querySelector(`#${field?.getAttribute('aria-describedby')}`)?.textContent).toBe(
      'must be another person',
    );
    expect(document.activeElement).toBe(field);
    expect(said()).toBe('');
  });

  it('are taken back, and whoever did it goes on from the field', async () => {
    const { element, http, settle, listed, said } = await opened();
    await listed([BO]);

    element.querySelector<HTMLButtonElement>('[data-track-id=storage-grant-revoke]')?.click();
    await settle();
    http
      .expectOne(({ method, url }) => method === 'DELETE' && url === `${PATH}/bo%40example.com`)
      .flush(null, { status: 204, statusText: 'No Content' });
    await listed([]);

    expect(said()).toBe('bo@example.com cannot start jobs with it any more.');
    expect(document.activeElement).toBe(element.querySelector('input'));
  });

  it('are taken back also where no bucket is named any more: then the next key goes to the button that closes', async () => {
    const { element, http, settle, listed } = await opened(null);
    await listed([BO]);

    element.querySelector<HTMLButtonElement>('[data-track-id=storage-grant-revoke]')?.click();
    await settle();
    http.expectOne(({ method }) => method === 'DELETE').flush(null, { status: 204, statusText: 'No Content' });
    await listed([]);

    expect(document.activeElement).toBe(element.querySelector('[data-track-id=storage-grants-close]'));
  });

  it('cannot be given of a connection without a bucket, which is said before anybody tries', async () => {
    const { element, listed } = await opened(null);
    await listed([]);

    expect(element.querySelector('form')).toBeNull();
    expect(element.textContent).toContain('This connection names no bucket');
  });
});
