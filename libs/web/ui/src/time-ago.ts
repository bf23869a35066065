import { Component, computed, inject, input } from '@angular/core';
import { Clock } from './clock';
import { exactTime, relativeTime } from './format-time';

/** A time as people say it, with the exact one on hover. */
@Component({
  selector: 'ls-time',
  template: `<time [attr.datetime]="at()" [title]="exact()">{{ relative() }}</time>`,
  styles: `
    :host {
      white-space: nowrap;
    }
  `,
})
export class TimeAgo {
  readonly at = input.required<string>();

  private readonly clock = inject(Clock);
  protected readonly relative = computed(() => relativeTime(this.at(), this.clock.now()));
  protected readonly exact = computed(() => exactTime(this.at()));
}
