import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { provideApi } from '@lakescope/web-api';
import { AdminPage } from './admin-page';

const groupsOf = (count: number) => Array.from({ length: count }, (_, index) => `group ${index}`);

describe('AdminPage', () => {
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), provideRouter([])],
    });
    http = TestBed.inject(HttpTestingController);
  });

  async function pageFor(user: { is_admin: boolean; groups: string[] }) {
    const fixture = TestBed.createComponent(AdminPage);
    const settle = async () => {
      TestBed.tick();
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    };
    await settle();
    http
      .expectOne(({ url }) => url === '/api/v1/user/me/workspace')
      .flush({ user: { user_id: 'ana', display_name: 'Ana', ...user }, workspace: {} });
    await settle();
    return { element: fixture.nativeElement as HTMLElement, settle };
  }

  it('lets an admin in without asking first: every tab asks for itself', async () => {
    const { element } = await pageFor({ is_admin: true, groups: ['admins'] });
    expect(element.querySelector('ls-tabs')).not.toBeNull();
    http.expectNone(({ url }) => url.includes('/admin/'));
  });

  it('refuses who is no admin without asking for what would be refused, and shows not all of a thousand groups', async () => {
    const { element } = await pageFor({ is_admin: false, groups: groupsOf(1000) });
    http.expectNone(({ url }) => url.includes('/admin/'));
    expect(element.querySelector('ls-tabs')).toBeNull();
    expect(element.textContent).toContain('Only administrators may do this');
    expect(element.querySelectorAll('ls-chip')).toHaveLength(12);
    expect(element.textContent).toContain('and 988 more');
  });

  it('lets in who has become an admin since, when asked again', async () => {
    const { element, settle } = await pageFor({ is_admin: false, groups: [] });
    [...element.querySelectorAll('button')].find(({ textContent }) => textContent.includes('Retry'))?.click();
    await settle();
    http
      .expectOne(({ url }) => url === '/api/v1/user/me/workspace')
      .flush({ user: { user_id: 'ana', display_name: 'Ana', is_admin: true, groups: ['admins'] }, workspace: {} });
    await settle();
    expect(element.querySelector('ls-tabs')).not.toBeNull();
  });
});
