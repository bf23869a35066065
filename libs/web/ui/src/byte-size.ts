import { Component, computed, input } from '@angular/core';
import { exactBytes, formatBytes } from './format-bytes';

/** A size in IEC units, with every byte on hover; a dash for a size that nobody knows. */
@Component({
  selector: 'ls-bytes',
  template: `<span class="ls-number" [title]="exact()">{{ short() }}</span>`,
  styles: `
    :host {
      white-space: nowrap;
    }
  `,
})
export class ByteSize {
  readonly of = input.required<number | string | null>();

  protected readonly short = computed(() => this.text(formatBytes) ?? '–');
  protected readonly exact = computed(() => this.text(exactBytes));

  private text(format: (size: number | string) => string): string | null {
    const size = this.of();
    return size === null ? null : format(size);
  }
}
