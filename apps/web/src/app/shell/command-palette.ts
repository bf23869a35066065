import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { Icon } from '@lakescope/web-ui';
import { Places } from '../preferences/places';
import { everythingSearch } from './everything-search';
import { Navigation } from './navigation';
import { paletteEntries, type PaletteEntry, paletteGroups } from './palette-entries';
import { s3Search } from './s3-entries';
import { type TypedAheadKeys } from './typed-ahead';

/** What the palette begins with. */
export interface PaletteOpening {
  /** Listens until the field can. */
  readonly keys: TypedAheadKeys;
  readonly text: string;
}

/** One field that leads anywhere: pages, what was open lately, whatever is in the catalog, and any path pasted into it. */
@Component({
  selector: 'ls-command-palette',
  imports: [Icon],
  templateUrl: './command-palette.html',
  styleUrl: './command-palette.css',
})
export class CommandPalette {
  private readonly router = inject(Router);
  private readonly places = inject(Places);
  private readonly navigation = inject(Navigation);
  private readonly dialog = inject(MatDialogRef);
  private readonly opening = inject<PaletteOpening>(MAT_DIALOG_DATA);

  protected readonly text = signal(this.opening.text);
  protected readonly search = everythingSearch(this.text);
  private readonly inS3 = s3Search(this.text);
  protected readonly entries = computed(() =>
    paletteEntries(this.text(), {
      favourites: this.places.favourites(),
      recent: this.places.recent(),
      pages: this.navigation.pages(),
      inS3: this.inS3(),
      found: this.search.entries(),
    }),
  );
  protected readonly groups = computed(() => paletteGroups(this.entries()));
  protected readonly active = linkedSignal<unknown, number>({ source: this.text, computation: () => 0 });

  constructor() {
    inject(DestroyRef).onDestroy(() => void this.opening.keys.end());
  }

  /** From here on the field takes the keys itself; those before it come first. */
  protected takeOver(): void {
    const { text, isEntered, isCancelled } = this.opening.keys.end();
    if (text !== '') this.text.set(text);
    if (isCancelled) this.dialog.close();
    else if (isEntered) this.goToActive();
  }

  protected onInput(event: Event): void {
    this.text.set((event.target as HTMLInputElement).value);
  }

  protected onKey(event: KeyboardEvent): void {
    const count = this.entries().length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (count > 0) this.active.update((active) => (active + step + count) % count);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.goToActive();
    }
  }

  private goToActive(): void {
    const entry = this.entries()[this.active()];
    if (entry) this.go(entry);
  }

  protected go(entry: PaletteEntry): void {
    this.dialog.close();
    if (entry.isExternal) location.assign(entry.commands.join('/'));
    else void this.router.navigate([...entry.commands], { queryParams: entry.query });
  }
}
