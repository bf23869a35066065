import { Component, computed, input } from '@angular/core';
import { folderText } from './folder-text';

/** How many folders are done, were put aside and are left: a bar, and the same in words. */
@Component({
  selector: 'ls-folder-bar',
  template: `
    <span class="track" aria-hidden="true">
      <span class="done" [style.inline-size.%]="share(done())"></span>
      <span class="failed" [style.inline-size.%]="share(failed())"></span>
    </span>
    <span class="text ls-small">{{ text() }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-direction: column;
      gap: 2px;
      min-width: 140px;
    }
    .track {
      display: flex;
      height: 6px;
      overflow: hidden;
      border-radius: 3px;
      background: var(--ls-line);
    }
    .done {
      background: var(--ls-primary);
    }
    .failed {
      background: var(--ls-bad);
    }
    .text {
      color: var(--ls-muted);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
  `,
})
export class FolderBar {
  /** Those that were there already count as done. */
  readonly done = input.required<number>();
  readonly failed = input.required<number>();
  readonly total = input.required<number>();
  /** Whether nothing more is done with them. */
  readonly over = input(false);

  protected readonly text = computed(() =>
    folderText({ done: this.done(), failed: this.failed(), total: this.total(), isOver: this.over() }),
  );

  protected share(part: number): number {
    return this.total() === 0 ? 0 : Math.min(100, (part / this.total()) * 100);
  }
}
