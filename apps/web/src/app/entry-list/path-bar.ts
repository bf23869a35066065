import { Component, computed, input, linkedSignal, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { CopyButton } from '@lakescope/web-ui';
import { volumePath } from '../files/volume-path';

/** A path to read, to change, or to paste over. */
@Component({
  selector: 'ls-path-bar',
  imports: [CopyButton, MatButton],
  templateUrl: './path-bar.html',
  styleUrl: './path-bar.css',
})
export class PathBar {
  readonly path = input.required<string>();
  readonly label = input.required<string>();
  readonly action = input.required<string>();
  /** Whether `/` leads here; not so on a page whose list has a filter of its own. */
  readonly isPageFilter = input(true);
  /** Makes a path of what somebody typed or pasted; undefined when it is none. */
  readonly read = input(volumePath);
  readonly example = input('/Volumes/catalog/schema/volume/folder');
  readonly chosen = output<string>();

  protected readonly text = linkedSignal(() => this.path());
  protected readonly placeholder = computed(() => this.example().replace(/[^/]*$/, '…'));
  protected readonly isRefused = signal(false);

  protected edit(event: Event): void {
    this.text.set((event.target as HTMLInputElement).value);
    this.isRefused.set(false);
  }

  /** A path that is pasted over everything is opened at once: nobody pastes one to look at it. */
  protected paste(event: ClipboardEvent): void {
    const { selectionStart, selectionEnd, value } = event.target as HTMLInputElement;
    const path = this.read()(event.clipboardData?.getData('text') ?? '');
    if (path === undefined || selectionStart !== 0 || selectionEnd !== value.length) return;
    event.preventDefault();
    this.text.set(path);
    this.isRefused.set(false);
    this.chosen.emit(path);
  }

  /** Ready to be pasted over. */
  protected select(event: Event): void {
    (event.target as HTMLInputElement).select();
  }

  protected submit(event: Event): void {
    event.preventDefault();
    const path = this.read()(this.text());
    this.isRefused.set(path === undefined);
    if (path === undefined) return;
    this.text.set(path);
    this.chosen.emit(path);
  }

  protected reset(event: Event): void {
    this.text.set(this.path());
    this.isRefused.set(false);
    (event.target as HTMLElement).blur();
  }
}
