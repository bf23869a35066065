import { Component, computed, type ElementRef, inject, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Chip, Icon, TimeAgo } from '@lakescope/web-ui';
import { AppearanceFields } from '../preferences/appearance-fields';
import { Preferences } from '../preferences/preferences';
import { Dialogs } from './dialogs';
import { Personas } from './personas';
import { Session } from './session';

/** Somebody can be in a thousand groups; so many do not belong into a menu unasked. */
const GROUPS_SHOWN = 12;

/** Who I am here, until when, and how I like the page to look. */
@Component({
  selector: 'ls-user-menu',
  imports: [AppearanceFields, Chip, Icon, RouterLink, TimeAgo],
  templateUrl: './user-menu.html',
  styleUrl: './user-menu.css',
})
export class UserMenu {
  private readonly dialogs = inject(Dialogs);
  private readonly panel = viewChild.required<ElementRef<HTMLElement>>('panel');
  protected readonly session = inject(Session);
  protected readonly preferences = inject(Preferences);
  protected readonly personas = inject(Personas);

  /** Empty as long as it is not known who is there. */
  protected readonly name = computed(() => {
    const user = this.session.user();
    if (user) return user.user_id;
    return this.session.problem()?.status === 401 ? $localize`Not signed in` : '';
  });
  /** Also where the name is out of sight, as on a phone. */
  protected readonly label = computed(() =>
    this.name() ? $localize`${this.name()}:name:, you and your settings` : $localize`You and your settings`,
  );
  protected readonly showsAllGroups = signal(false);
  private readonly allGroups = computed(() => [...(this.session.user()?.groups ?? [])].sort());
  protected readonly groups = computed(() =>
    this.showsAllGroups() ? this.allGroups() : this.allGroups().slice(0, GROUPS_SHOWN),
  );
  protected readonly hiddenGroups = computed(() => this.allGroups().length - this.groups().length);

  protected switchPersona(event: Event): void {
    void this.personas.switchTo((event.target as HTMLSelectElement).value);
  }

  /** A navigation inside the page does not close a popover by itself. */
  protected close(): void {
    this.panel().nativeElement.hidePopover();
  }

  protected showShortcuts(): void {
    this.close();
    void this.dialogs.openShortcuts();
  }
}
