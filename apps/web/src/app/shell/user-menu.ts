import { Component, computed, inject } from '@angular/core';
import { Chip, Icon, TimeAgo } from '@lakescope/web-ui';
import { Appearance, type Density, type Theme } from '../preferences/appearance';
import { Preferences } from '../preferences/preferences';
import { Dialogs } from './dialogs';
import { Personas } from './personas';
import { Session } from './session';

/** Who I am here, until when, and how I like the page to look. */
@Component({
  selector: 'ls-user-menu',
  imports: [Chip, Icon, TimeAgo],
  templateUrl: './user-menu.html',
  styleUrl: './user-menu.css',
})
export class UserMenu {
  private readonly dialogs = inject(Dialogs);
  protected readonly session = inject(Session);
  protected readonly appearance = inject(Appearance);
  protected readonly preferences = inject(Preferences);
  protected readonly personas = inject(Personas);

  protected readonly name = computed(() => this.session.user()?.user_id ?? '');
  protected readonly themes: readonly { value: Theme; label: string }[] = [
    { value: 'system', label: $localize`System` },
    { value: 'light', label: $localize`Light` },
    { value: 'dark', label: $localize`Dark` },
  ];
  protected readonly densities: readonly { value: Density; label: string }[] = [
    { value: 'comfortable', label: $localize`Comfortable` },
    { value: 'compact', label: $localize`Compact` },
  ];

  protected switchPersona(event: Event): void {
    void this.personas.switchTo((event.target as HTMLSelectElement).value);
  }

  protected showShortcuts(): void {
    void this.dialogs.openShortcuts();
  }
}
