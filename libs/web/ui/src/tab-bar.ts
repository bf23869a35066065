import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly count?: string;
  /** Where the view lives, when it has a path of its own rather than a `tab` parameter. */
  readonly link?: string;
}

/** Views of one thing. Each is a URL, so these are links of a navigation rather than ARIA tabs. */
@Component({
  selector: 'ls-tabs',
  imports: [RouterLink],
  template: `
    <nav [attr.aria-label]="label()">
      @for (tab of tabs(); track tab.id) {
        <a
          [routerLink]="tab.link ?? '.'"
          [queryParams]="tab.link === undefined ? { tab: tab.id } : null"
          [queryParamsHandling]="tab.link === undefined ? 'merge' : null"
          [attr.aria-current]="tab.id === selected() ? 'page' : null"
          >{{ tab.label }}
          @if (tab.count) {
            <span class="count">{{ tab.count }}</span>
          }
        </a>
      }
    </nav>
  `,
  styles: `
    nav {
      display: flex;
      gap: var(--ls-space-4);
      border-bottom: 1px solid var(--ls-line);
      overflow-x: auto;
      scrollbar-width: none;
    }
    a {
      margin-bottom: -1px;
      padding: var(--ls-space-2) 2px;
      border-bottom: 2px solid transparent;
      color: var(--ls-muted);
      white-space: nowrap;
    }
    a:hover {
      color: var(--ls-ink);
      text-decoration: none;
    }
    a:focus-visible {
      outline-offset: -2px;
    }
    a[aria-current] {
      border-bottom-color: var(--ls-primary);
      color: var(--ls-ink);
      font-weight: 600;
    }
    .count {
      color: var(--ls-muted);
      font: var(--ls-text-small);
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class TabBar {
  readonly tabs = input.required<readonly Tab[]>();
  readonly selected = input.required<string>();
  readonly label = input.required<string>();
}
