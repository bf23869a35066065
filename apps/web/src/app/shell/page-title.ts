import { inject, Service } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';

/** "Page · Lakescope" in the browser's tab; a page that shows one object puts its name in front. */
@Service()
export class PageTitle extends TitleStrategy {
  private readonly title = inject(Title);

  override updateTitle(snapshot: RouterStateSnapshot): void {
    const page = this.buildTitle(snapshot);
    this.title.setTitle(page ? `${page} · Lakescope` : 'Lakescope');
  }

  name(object: string, page: string): void {
    this.title.setTitle(`${object} · ${page} · Lakescope`);
  }
}
