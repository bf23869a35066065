import { Component, input, linkedSignal, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { CopyButton } from '@lakescope/web-ui';
import { volumePath } from './volume-path';

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
  readonly chosen = output<string>();

  protected readonly text = linkedSignal(() => this.path());
  protected readonly isRefused = signal(false);

  protected edit(event: Event): void {
    this.text.set((event.target as HTMLInputElement).value);
    this.isRefused.set(false);
  }

  protected submit(event: Event): void {
    event.preventDefault();
    const path = volumePath(this.text());
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
