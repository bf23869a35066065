import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { clipMiddle, Icon } from '@lakescope/web-ui';
import { nameOf, parentOf } from '../files/volume-path';
import { type Place } from '../preferences/places';

const LONGEST_PARENT = 44;

/** Links to tables and folders; its content is shown when there are none. */
@Component({
  selector: 'ls-place-list',
  imports: [Icon, RouterLink],
  template: `
    <ul>
      @for (place of places(); track place.kind + place.path) {
        <li>
          <a
            data-track-id="place-open"
            [routerLink]="'/' + place.kind"
            [queryParams]="{ path: place.path }"
            [title]="place.path"
          >
            <ls-icon [name]="place.kind === 'delta' ? 'delta' : 'folder'" />
            <span class="name">{{ nameOf(place.path) }}</span>
            <span class="parent">{{ clippedParent(place.path) }}</span>
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

  protected readonly nameOf = nameOf;

  /** Tables often differ in the end of the path alone, so that is kept. */
  protected clippedParent(path: string): string {
    return clipMiddle(parentOf(path) ?? '', LONGEST_PARENT);
  }
}
