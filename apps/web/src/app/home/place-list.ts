import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { clipMiddle, Icon } from '@lakescope/web-ui';
import { placeView } from '../preferences/place-view';
import { type Place } from '../preferences/places';

const LONGEST_PARENT = 44;

/** Links to tables, volumes and folders; its content is shown when there are none. */
@Component({
  selector: 'ls-place-list',
  imports: [Icon, RouterLink],
  template: `
    <ul>
      @for (place of views(); track place.id) {
        <li>
          <a data-track-id="place-open" [routerLink]="place.commands" [queryParams]="place.query" [title]="place.whole">
            <ls-icon [name]="place.icon" />
            <span class="name">{{ place.name }}</span>
            <span class="parent">{{ place.parent }}</span>
          </a>
        </li>
      }
    </ul>
    @if (places().length === 0) {
      <ng-content />
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    a {
      display: flex;
      align-items: center;
      gap: var(--ls-space-2);
      min-height: var(--ls-row);
      padding: 0 var(--ls-space-4);
      color: var(--ls-ink);
    }
    a:hover {
      background: var(--ls-hover);
      text-decoration: none;
    }
    a:focus-visible {
      outline-offset: -2px;
    }
    ls-icon {
      color: var(--ls-muted);
    }
    .name {
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .parent {
      flex: 1;
      min-width: 0;
      overflow: hidden;
      color: var(--ls-muted);
      font: var(--ls-text-small);
      text-align: right;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `,
})
export class PlaceList {
  readonly places = input.required<readonly Place[]>();

  /** Tables often differ in the end of the path alone, so that is kept. */
  protected readonly views = computed(() =>
    this.places().map((place) => {
      const view = placeView(place);
      return { ...view, id: JSON.stringify(place), parent: clipMiddle(view.parent, LONGEST_PARENT) };
    }),
  );
}
