import { A11yModule } from '@angular/cdk/a11y';
import { CdkConnectedOverlay, CdkOverlayOrigin } from '@angular/cdk/overlay';
import { Component, computed, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '@lakescope/web-ui';

/** A list that is longer is searched rather than read. */
const MOST_SHOWN = 200;

/** Which columns to show, in the order of the table. All are shown until somebody picks. */
@Component({
  selector: 'ls-column-picker',
  imports: [A11yModule, CdkConnectedOverlay, CdkOverlayOrigin, Icon, MatButton],
  templateUrl: './column-picker.html',
  styleUrl: './column-picker.css',
})
export class ColumnPicker {
  readonly columns = input.required<readonly { readonly name: string; readonly type?: string }[]>();
  /** Undefined means all. */
  readonly chosen = input<readonly string[]>();
  readonly chosenChange = output<readonly string[] | undefined>();

  protected readonly isOpen = signal(false);
  protected readonly filter = signal('');
  private readonly found = computed(() => {
    const wanted = this.filter().trim().toLowerCase();
    return this.columns().filter(({ name }) => name.toLowerCase().includes(wanted));
  });
  protected readonly unshown = computed(() => Math.max(0, this.found().length - MOST_SHOWN));
  protected readonly rows = computed(() => {
    const chosen = this.chosen();
    return this.found()
      .slice(0, MOST_SHOWN)
      .map(({ name, type }) => ({
        name,
        type,
        isChosen: chosen?.includes(name) ?? true,
        onlyLabel: $localize`Only ${name}:name:`,
      }));
  });
  protected readonly summary = computed(() => {
    const all = this.columns().length;
    const chosen = this.chosen()?.length ?? all;
    return chosen === all ? $localize`All columns` : $localize`${chosen}:chosen: of ${all}:all: columns`;
  });

  protected onFilter(event: Event): void {
    this.filter.set((event.target as HTMLInputElement).value);
  }

  protected toggle(name: string): void {
    const names = this.columns().map((column) => column.name);
    const chosen = this.chosen() ?? names;
    const next = names.filter((other) => (other === name ? !chosen.includes(name) : chosen.includes(other)));
    // Nothing to show is nothing to ask for: the last column stays.
    if (next.length > 0) this.chosenChange.emit(next.length === names.length ? undefined : next);
  }

  protected showOnly(name: string): void {
    this.chosenChange.emit([name]);
  }

  protected showAll(): void {
    this.chosenChange.emit(undefined);
  }

  protected close(): void {
    this.isOpen.set(false);
    this.filter.set('');
  }
}
