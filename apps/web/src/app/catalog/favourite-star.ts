import { Component, computed, inject, input } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { type Place, Places } from '../preferences/places';

/** Keeps an object among the favourites, or lets it go. */
@Component({
  selector: 'ls-favourite-star',
  imports: [Icon],
  template: `
    <button
      data-track-id="catalog-favourite"
      type="button"
      class="ls-icon-button"
      [attr.aria-pressed]="isFavourite()"
      aria-label="Favourite"
      i18n-aria-label
      title="Favourite"
      i18n-title
      (click)="places.toggleFavourite(place())"
    >
      <ls-icon name="star" />
    </button>
  `,
  styles: `
    [aria-pressed='true'] {
      color: var(--ls-warn);
    }
    [aria-pressed='true'] ls-icon {
      --ls-icon-fill: currentColor;
    }
  `,
})
export class FavouriteStar {
  readonly place = input.required<Place>();

  protected readonly places = inject(Places);
  protected readonly isFavourite = computed(() => this.places.isFavourite(this.place()));
}
