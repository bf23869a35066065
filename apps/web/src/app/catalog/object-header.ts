import { Component, computed, input } from '@angular/core';
import { Breadcrumbs, type Breadcrumb, Chip, TimeAgo } from '@lakescope/web-ui';
import { urlOf } from './catalog-place';

/** The head of every page of the catalog: the way here, the name, what it is and whose; facts and actions as content. */
@Component({
  selector: 'ls-object-header',
  imports: [Breadcrumbs, Chip, TimeAgo],
  templateUrl: './object-header.html',
  styleUrl: './object-header.css',
})
export class ObjectHeader {
  readonly names = input.required<readonly string[]>();
  /** CATALOG, TABLE and so on, as Unity Catalog writes it; undefined until it is known. */
  readonly type = input<string | null>();
  readonly format = input<string | null>();
  readonly owner = input<string | null>();
  readonly updatedAt = input<string | null>();
  readonly comment = input<string | null>();

  protected readonly name = computed(() => this.names().at(-1) ?? '');
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => [
    { label: $localize`Catalog`, link: urlOf([]) },
    ...this.names().map((label, index, names) => ({ label, link: urlOf(names.slice(0, index + 1)) })),
  ]);
}
