import { Clipboard } from '@angular/cdk/clipboard';
import { Component, computed, inject, input, signal } from '@angular/core';
import { Icon } from './icon';

const CONFIRMATION_MS = 1500;

/** Copies a text and says so where it was asked. */
@Component({
  selector: 'ls-copy',
  imports: [Icon],
  template: `
    <button
      data-track-id="copy"
      type="button"
      class="ls-icon-button"
      [attr.aria-label]="label()"
      [title]="label()"
      (click)="copy()"
    >
      <ls-icon [name]="copied() ? 'check' : 'copy'" />
    </button>
    <span class="ls-visually-hidden" role="status">{{ copied() ? copiedText : '' }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      position: relative;
    }
  `,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** What is copied, for the button's name: "path", "correlation id". */
  readonly what = input($localize`text`);

  private readonly clipboard = inject(Clipboard);
  protected readonly copied = signal(false);
  protected readonly copiedText = $localize`Copied`;
  protected readonly label = computed(() => $localize`Copy ${this.what()}:what:`);

  protected copy(): void {
    this.clipboard.copy(this.text());
    this.copied.set(true);
    setTimeout(() => this.copied.set(false), CONFIRMATION_MS);
  }
}
