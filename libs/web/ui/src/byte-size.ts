import { Component, computed, input } from '@angular/core';
import { exactBytes, formatBytes } from './format-bytes';

/** A size in IEC units, with every byte on hover. */
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
  readonly of = input.required<number | string>();

  protected readonly short = computed(() => formatBytes(this.of()));
  protected readonly exact = computed(() => exactBytes(this.of()));
}
