import {
  afterNextRender,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ByteSize, Chip, formatCount, rowWindow, TimeAgo } from '@lakescope/web-ui';
import { Appearance } from '../../preferences/appearance';
import { type FilePages } from './file-pages';
import { type FileSort } from './files-state';

const ROW_HEIGHT = { comfortable: 36, compact: 28 } as const;
const HEAD_HEIGHT = 32;
/** A box scrolls through so many rows; browsers cannot draw one that is much higher. */
const MOST_ROWS = 400_000;

export interface FileOrder {
  readonly sort: FileSort;
  readonly isDescending: boolean;
}

/** The files of a version as a table that draws and fetches only what is in sight. */
@Component({
  selector: 'ls-delta-file-table',
  imports: [ByteSize, Chip, TimeAgo],
  templateUrl: './file-table.html',
  styleUrl: './file-table.css',
})
export class DeltaFileTable {
  readonly files = input.required<FilePages>();
  readonly total = input.required<number>();
  readonly order = input.required<FileOrder>();
  /** The file that is open, by its place in the list. */
  readonly open = input<number>();
  readonly ordered = output<FileOrder>();
  readonly openChange = output<number | undefined>();

  private readonly injector = inject(Injector);
  private readonly density = inject(Appearance).density;
  private readonly box = viewChild.required<ElementRef<HTMLElement>>('box');
  private readonly scroll = signal({ top: 0, height: 0 });

  protected readonly headings: readonly { sort: FileSort; label: string; isNumber: boolean }[] = [
    { sort: 'path', label: $localize`File`, isNumber: false },
    { sort: 'size', label: $localize`Size`, isNumber: true },
    { sort: 'records', label: $localize`Rows`, isNumber: true },
    { sort: 'modified', label: $localize`Written`, isNumber: false },
  ];
  private readonly rowHeight = computed(() => ROW_HEIGHT[this.density()]);
  protected readonly shown = computed(() => Math.min(this.total(), MOST_ROWS));
  protected readonly beyond = computed(() =>
    this.total() > MOST_ROWS ? { shown: formatCount(MOST_ROWS), total: formatCount(this.total()) } : undefined,
  );
  protected readonly window = computed(() =>
    rowWindow(this.scroll().top, this.scroll().height, this.rowHeight(), this.shown()),
  );
  protected readonly rows = computed(() => {
    const { first, end } = this.window();
    return Array.from({ length: Math.max(0, end - first) }, (_, offset) => {
      const index = first + offset;
      const file = this.files().at(index);
      return {
        index,
        file,
        records: file?.num_records === null || file === undefined ? undefined : formatCount(file.num_records),
        deleted: file?.deletion_vector ? formatCount(file.deletion_vector.cardinality) : undefined,
      };
    });
  });

  constructor() {
    effect((onCleanup) => {
      const box = this.box().nativeElement;
      const observer = new ResizeObserver(() => this.measure());
      observer.observe(box);
      onCleanup(() => observer.disconnect());
    });
    effect(() => {
      const { first, end } = this.window();
      const files = this.files();
      this.total();
      untracked(() => files.want(first, end));
    });
    // Another order or other conditions begin at the top, and a file that a link opens comes into sight.
    effect(() => {
      this.order();
      this.total();
      const open = untracked(this.open);
      untracked(() => this.reveal(open ?? 0));
    });
  }

  protected measure(): void {
    const { scrollTop, clientHeight } = this.box().nativeElement;
    this.scroll.set({ top: scrollTop, height: clientHeight });
  }

  protected direction(sort: FileSort): 'ascending' | 'descending' | null {
    const order = this.order();
    return order.sort === sort ? (order.isDescending ? 'descending' : 'ascending') : null;
  }

  protected sortBy(sort: FileSort): void {
    const order = this.order();
    // Largest and newest are what people look for first; names begin at A.
    this.ordered.emit({ sort, isDescending: order.sort === sort ? !order.isDescending : sort !== 'path' });
  }

  protected toggle(row: number): void {
    this.openChange.emit(this.open() === row ? undefined : row);
  }

  protected onKey(event: KeyboardEvent, row: number): void {
    const page = Math.max(1, Math.floor((this.scroll().height - HEAD_HEIGHT) / this.rowHeight()) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const last = this.shown() - 1;
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? last : row + (steps[event.key] ?? 0);
    const target = Math.min(last, Math.max(0, next));
    if (target === row) return;
    event.preventDefault();
    this.reveal(target);
    // At once where it is drawn already: the next key must not meet the row before.
    if (!this.focus(target)) afterNextRender(() => this.focus(target), { injector: this.injector });
  }

  private focus(row: number): boolean {
    const button = this.box().nativeElement.querySelector<HTMLElement>(`[data-file="${row}"]`);
    button?.focus({ preventScroll: true });
    return button !== null;
  }

  /** Brings a row into sight with as little movement as that takes. */
  private reveal(row: number): void {
    const box = this.box().nativeElement;
    const top = row * this.rowHeight();
    const room = box.clientHeight - HEAD_HEIGHT;
    if (top < box.scrollTop || row === 0) box.scrollTop = top;
    else if (top + this.rowHeight() > box.scrollTop + room) box.scrollTop = top + this.rowHeight() - room;
    this.measure();
  }
}
