import { afterRenderEffect, Component, DestroyRef, ElementRef, inject, input, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from './icon';
import { hiddenBeyond } from './scroll-edges';

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly count?: string;
  /** Where the view lives, when it has a path of its own rather than a `tab` parameter. */
  readonly link?: string;
  /** What usage tracking calls it. */
  readonly trackId?: string;
}

/** Of what is in sight, so much goes out of it with one press: enough stays to see where one is. */
const SHARE_OF_A_STEP = 0.7;

/**
 * Views of one thing. Each is a URL, so these are links of a navigation rather than ARIA tabs. Where they do not fit, the
 * selected one is in sight, and arrows show that there are more; they are for pointers, since focus brings its link along.
 */
@Component({
  selector: 'ls-tabs',
  imports: [Icon, RouterLink],
  template: `
    <nav #line [attr.aria-label]="label()" (scroll)="measure()">
      @for (tab of tabs(); track tab.id) {
        <a
          [routerLink]="tab.link ?? '.'"
          [queryParams]="tab.link === undefined ? { tab: tab.id } : null"
          [queryParamsHandling]="tab.link === undefined ? 'merge' : null"
          [attr.aria-current]="tab.id === selected() ? 'page' : null"
          [attr.data-track-id]="tab.trackId ?? null"
          >{{ tab.label }}
          @if (tab.count) {
            <span class="count">{{ tab.count }}</span>
          }
        </a>
      }
    </nav>
    @if (overflows()) {
      <div class="arrows" aria-hidden="true">
        <button type="button" class="ls-icon-button" tabindex="-1" [disabled]="!hidden().before" (click)="step(-1)">
          <ls-icon name="chevron-left" />
        </button>
        <button type="button" class="ls-icon-button" tabindex="-1" [disabled]="!hidden().after" (click)="step(1)">
          <ls-icon name="chevron-right" />
        </button>
      </div>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      border-bottom: 1px solid var(--ls-line);
    }
    .arrows {
      display: flex;
      flex: none;
    }
    .arrows :disabled {
      visibility: hidden;
    }
    nav {
      display: flex;
      flex: 1;
      gap: var(--ls-space-4);
      min-width: 0;
      margin-bottom: -1px;
      overflow-x: auto;
      scrollbar-width: none;
    }
    a {
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

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly line = viewChild.required<ElementRef<HTMLElement>>('line');
  protected readonly hidden = signal(
    { before: false, after: false },
    { equal: (a, b) => a.before === b.before && a.after === b.after },
  );
  protected readonly overflows = signal(false);

  constructor() {
    const measure = () => this.measure();
    window.addEventListener('resize', measure);
    inject(DestroyRef).onDestroy(() => window.removeEventListener('resize', measure));
    afterRenderEffect(() => {
      // Again after the arrows have taken their place from the line.
      this.overflows();
      this.tabs();
      this.selected();
      this.showSelected();
      this.measure();
    });
  }

  protected measure(): void {
    const line = this.line().nativeElement;
    // With the arrows gone the line is as wide as the whole.
    this.overflows.set(line.scrollWidth > this.host.nativeElement.clientWidth);
    this.hidden.set(hiddenBeyond(line));
  }

  protected step(direction: 1 | -1): void {
    const line = this.line().nativeElement;
    line.scrollBy({ left: direction * SHARE_OF_A_STEP * line.clientWidth });
  }

  /** By the line alone: the page itself stays where it is. */
  private showSelected(): void {
    const line = this.line().nativeElement;
    const link = line.querySelector<HTMLElement>('[aria-current]');
    if (!link) return;
    const [around, inside] = [line.getBoundingClientRect(), link.getBoundingClientRect()];
    if (inside.left < around.left) line.scrollLeft -= around.left - inside.left;
    else if (inside.right > around.right) line.scrollLeft += inside.right - around.right;
  }
}
