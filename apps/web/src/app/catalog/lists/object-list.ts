import { Component, computed, input, linkedSignal, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ByteSize, compactCount, formatCount, Icon, rowWindow, TimeAgo } from '@lakescope/web-ui';
import { elementHeight } from '../element-height';
import { keyOf, linkTo } from '../catalog-place';
import { inOrder, type ListedObject, type ListKey, type ListOrder, nameOf, nextOrder } from './listed-object';

const ROW_PX = 36;

/** A list of objects of the catalog with what is known of each. It scrolls in its box and draws the rows in sight. */
@Component({
  selector: 'ls-object-list',
  imports: [ByteSize, Icon, RouterLink, TimeAgo],
  templateUrl: './object-list.html',
  styleUrl: './object-list.css',
})
export class ObjectList {
  readonly objects = input.required<readonly ListedObject[]>();
  readonly label = input.required<string>();
  /** Tables have rows and bytes; what is not known of one is a dash. */
  readonly hasSizes = input(false);

  protected readonly order = signal<ListOrder>({ key: 'name', isDescending: false });
  private readonly sorted = computed(() => inOrder(this.objects(), this.order()));
  private readonly height = elementHeight();
  protected readonly scrollTop = linkedSignal({ source: this.order, computation: () => 0 });
  protected readonly window = computed(() => rowWindow(this.scrollTop(), this.height(), ROW_PX, this.sorted().length));
  protected readonly rows = computed(() => {
    const { first, end } = this.window();
    return this.sorted()
      .slice(first, end)
      .map((object, index) => ({
        ...object,
        index: first + index,
        key: keyOf(object.place),
        name: nameOf(object),
        link: linkTo(object.place),
        count: object.rows === null || object.rows === undefined ? undefined : countOf(object.rows),
      }));
  });
  protected readonly headings = computed<readonly { key: ListKey; label: string; isNumber: boolean }[]>(() => [
    { key: 'name', label: $localize`Name`, isNumber: false },
    ...(this.hasSizes()
      ? ([
          { key: 'rows', label: $localize`Rows`, isNumber: true },
          { key: 'bytes', label: $localize`Size`, isNumber: true },
        ] as const)
      : []),
    { key: 'updatedAt', label: $localize`Updated`, isNumber: false },
  ]);

  protected direction(key: ListKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    return present === key ? (isDescending ? 'descending' : 'ascending') : null;
  }

  protected sort(key: ListKey): void {
    this.order.update((order) => nextOrder(order, key));
  }
}

function countOf(rows: number | string): { readonly short: string; readonly exact: string } {
  return { short: compactCount(rows), exact: formatCount(rows) };
}
