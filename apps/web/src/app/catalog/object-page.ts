import { Component, computed, input } from '@angular/core';
import { keyOf, kindOf } from './catalog-place';
import { TableView } from './table/table-view';
import { VolumeView } from './volume/volume-view';

/** An object of a schema; its address says whether it is a volume. */
@Component({
  selector: 'ls-object-page',
  imports: [TableView, VolumeView],
  template: `
    <div class="ls-page">
      @if (isVolume()) {
        <ls-volume-view [names]="names()" />
      } @else {
        <ls-table-view [names]="names()" [tab]="tab()" />
      }
    </div>
  `,
})
export class ObjectPage {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly object = input.required<string>();
  /** Query parameters. */
  readonly kind = input<string>();
  readonly tab = input<string>();

  protected readonly names = computed(() => [this.catalog(), this.schema(), this.object()], {
    equal: (a, b) => keyOf({ names: a }) === keyOf({ names: b }),
  });
  protected readonly isVolume = computed(() => kindOf(this.names(), this.kind()) === 'volume');
}
