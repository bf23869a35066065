import { Component, computed, input } from '@angular/core';
import { kindOf } from './catalog-place';
import { VolumeView } from './volume/volume-view';

/** An object of a schema: what it is decides what is shown. */
@Component({
  selector: 'ls-object-page',
  imports: [VolumeView],
  template: `
    <div class="ls-page">
      <ls-volume-view [names]="names()" />
    </div>
  `,
})
export class ObjectPage {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly object = input.required<string>();
  /** Query parameter: `volume`, or nothing for a table. */
  readonly kind = input<string>();

  protected readonly names = computed(() => [this.catalog(), this.schema(), this.object()], {
    equal: (a, b) => a.join('/') === b.join('/'),
  });
  protected readonly objectKind = computed(() => kindOf(this.names(), this.kind()));
}
