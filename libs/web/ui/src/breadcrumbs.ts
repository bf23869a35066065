import { Component, input } from '@angular/core';
import { type Params, RouterLink } from '@angular/router';

export interface Breadcrumb {
  readonly label: string;
  readonly link: string;
  readonly query?: Params;
}

/** The way from the top to here; the last one is where we are. */
@Component({
  selector: 'ls-breadcrumbs',
  imports: [RouterLink],
  template: `
    <nav aria-label="Breadcrumbs" i18n-aria-label>
      <ol>
        @for (crumb of items(); track $index; let last = $last) {
          <li>
            @if (last) {
              <span aria-current="page">{{ crumb.label }}</span>
            } @else {
              <a data-track-id="breadcrumb" [routerLink]="crumb.link" [queryParams]="crumb.query ?? null">{{
                crumb.label
              }}</a>
              <span class="separator" aria-hidden="true">/</span>
            }
          </li>
        }
      </ol>
    </nav>
  `,
  styles: `
    ol {
      display: flex;
      flex-wrap: wrap;
      gap: 2px var(--ls-space-1);
    }
    li {
      display: inline-flex;
      gap: var(--ls-space-1);
      color: var(--ls-muted);
    }
    [aria-current] {
      color: var(--ls-ink);
    }
    a {
      min-height: 24px;
      padding: 2px 0;
    }
    span {
      padding: 2px 0;
    }
  `,
})
export class Breadcrumbs {
  readonly items = input.required<readonly Breadcrumb[]>();
}
