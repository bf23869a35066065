import { Component, DestroyRef, DOCUMENT, type ElementRef, inject, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, map, pairwise } from 'rxjs';
import { UsageTracking } from '../tracking/usage-tracking';
import { UploadDock } from '../files/upload/upload-dock';
import { UploadPresence } from '../files/upload/upload-presence';
import { Appearance } from '../preferences/appearance';
import { PreferenceConflictBanner } from '../preferences/preference-conflict';
import { ConnectionBanner } from './connection-banner';
import { focusMain } from './focus-main';
import { Shortcuts } from './shortcuts';
import { SideNav } from './side-nav';
import { TopBar } from './top-bar';

/** The frame around every page: top bar, navigation, the state of the connection, and the one main landmark. */
@Component({
  selector: 'ls-shell',
  imports: [ConnectionBanner, PreferenceConflictBanner, RouterOutlet, SideNav, TopBar, UploadDock],
  templateUrl: './shell.html',
  styleUrl: './shell.css',
})
export class Shell {
  private readonly document = inject(DOCUMENT);
  private readonly drawer = viewChild.required<ElementRef<HTMLDialogElement>>('drawer');

  /** The dock's code is loaded with the first upload. */
  protected readonly hasUploads = inject(UploadPresence).isKnown;

  constructor() {
    inject(Appearance);
    inject(UsageTracking);
    inject(Shortcuts).listen(inject(DestroyRef));
    inject(Router)
      .events.pipe(
        filter((event) => event instanceof NavigationEnd),
        map(({ urlAfterRedirects }) => urlAfterRedirects.split('?')[0]),
        pairwise(),
        filter(([before, now]) => before !== now),
        takeUntilDestroyed(),
      )
      // A new page begins at its top for keyboard and screen reader too; a new state of the same page keeps the focus,
      // and so does what leads from page to page and stays beside them.
      .subscribe(() => {
        if (!this.document.activeElement?.closest('[data-keeps-focus]')) this.focusMain();
      });
  }

  protected focusMain(): void {
    focusMain(this.document);
  }

  protected openDrawer(): void {
    this.drawer().nativeElement.showModal();
  }

  protected closeDrawer(): void {
    this.drawer().nativeElement.close();
  }

  /** The dialog element itself is only hit outside its content, on the backdrop. */
  protected closeOnBackdrop(event: MouseEvent): void {
    if (event.target === this.drawer().nativeElement) this.closeDrawer();
  }
}
